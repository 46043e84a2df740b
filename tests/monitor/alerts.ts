// npm run monitor:alerts [-- words of fault titles]: causes each fault on a real stack; its alerts must fire, and end when the fault ends.
import { cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { watchdog } from '../../tools/monitor/checks.ts';
import { alerts as committed } from '../../tools/monitor/sources.ts';
import { createSale, joinAs } from '../fixtures/client.ts';
import { faults, startPeople, type Fault } from './faults.ts';
import { startRig } from './rig.ts';

const rules = committed.filter(({ alert }) => alert !== watchdog);
/** Lengths of time of the rules are divided by this. */
const scale = 12;
/** Limits for an alert to fire, and to end, s. */
const limitSeconds = { fire: 90, end: 90 };
/** Longer than the longest `for` of the rules, divided. */
const quietMs = 6_000;
const root = join(import.meta.dirname, '../..');
const chosen = process.argv.slice(2);
const all =
  chosen.length === 0 ? faults : faults.filter(({ title, alerts }) => chosen.some((word) => title.includes(word) || alerts.includes(word)));

interface Seen {
  fault: Fault;
  fired: Map<string, number>;
  ended: Map<string, number>;
  others: string[];
}

const rig = await startRig({ scale, env: { SOCKETS_PER_ADDRESS: '20' } });
const faulty: string[] = [];
const results: Seen[] = [];
try {
  process.env['TEST_GATEWAYS'] = rig.stack.gateways.join(',');
  const redis = new Redis(rig.stack.redisUrl, { maxRetriesPerRequest: 1 });
  redis.on('error', () => {});
  const saleId = await createSale({ stock: 1_000_000, admitPerSecond: 4, activeLimit: 100_000, claimSeconds: 5 });
  const tokens: string[] = [];
  for (let i = 0; i < 60; i += 1)
    tokens.push(...(await Promise.all(Array.from({ length: 50 }, () => joinAs(saleId)))).map(({ token }) => token));
  // The last ones wait the longest.
  tokens.reverse();
  const endPeople = startPeople(saleId, tokens.slice(0, 500));
  const firing = async (): Promise<string[]> =>
    [...new Set((await rig.alerts()).filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname']!))].sort();
  /** No alert fires or is pending for a while, so that the next one belongs to the next fault. */
  const quiet = async (limit: number): Promise<boolean> => {
    let since = Date.now();
    for (const deadline = Date.now() + limit * 1_000; Date.now() < deadline; await sleep(250)) {
      if ((await rig.alerts()).length > 0) since = Date.now();
      else if (Date.now() - since >= quietMs) return true;
    }
    return false;
  };

  // Fills every window of the rules with an undisturbed sale.
  await sleep((5 * 60_000) / scale + 5_000);
  const before = await firing();
  console.log(`undisturbed: ${before.length === 0 ? 'no alert' : before.join(', ')}`);
  if (before.length > 0) faulty.push(`alerts without a fault: ${before.join(', ')}`);

  for (const fault of all) {
    const seen: Seen = { fault, fired: new Map(), ended: new Map(), others: [] };
    results.push(seen);
    const others = new Set<string>();
    const beganAt = Date.now();
    const since = (from: number): number => (Date.now() - from) / 1_000;
    const end = await fault.begin({ rig, saleId, redis, tokens });
    while (seen.fired.size < fault.alerts.length && since(beganAt) < limitSeconds.fire) {
      for (const name of await firing()) {
        if (!fault.alerts.includes(name)) others.add(name);
        else if (!seen.fired.has(name)) seen.fired.set(name, since(beganAt));
      }
      await sleep(200);
    }
    await end();
    const endedAt = Date.now();
    while (seen.ended.size < seen.fired.size && since(endedAt) < limitSeconds.end) {
      const now = await firing();
      for (const name of now) if (!fault.alerts.includes(name)) others.add(name);
      for (const name of seen.fired.keys()) if (!now.includes(name) && !seen.ended.has(name)) seen.ended.set(name, since(endedAt));
      await sleep(200);
    }
    seen.others = [...others].sort();
    for (const name of fault.alerts) {
      if (!seen.fired.has(name)) faulty.push(`${name} did not fire when ${fault.title}`);
      else if (!seen.ended.has(name)) faulty.push(`${name} did not end after: ${fault.title}`);
    }
    console.log(
      `${fault.title}: ${fault.alerts.map((name) => `${name} fired after ${seen.fired.get(name)?.toFixed(1) ?? '–'} s, ended ${seen.ended.get(name)?.toFixed(1) ?? '–'} s after the fault`).join('; ')}${seen.others.length > 0 ? ` (also ${seen.others.join(', ')})` : ''}`,
    );
    if (!(await quiet(limitSeconds.end))) faulty.push(`${(await firing()).join(', ')} still fire after: ${fault.title}`);
  }
  await endPeople();
  redis.disconnect();
} finally {
  await rig.stop();
}

const fired = new Set(results.flatMap((seen) => [...seen.fired.keys()]));
if (chosen.length === 0) faulty.push(...rules.filter(({ alert }) => !fired.has(alert)).map(({ alert }) => `no fault made ${alert} fire`));
for (const fault of faulty) console.log(`✗ ${fault}`);
console.log(`${fired.size} of ${rules.length} alerts fired and ended; ${faulty.length} faults`);
if (faulty.length === 0 && chosen.length === 0) {
  writeFileSync(
    join(root, 'docs/results/alerts.md'),
    `# Every alert, fired once by its fault

\`npm run monitor:alerts\`, ${new Date().toISOString().slice(0, 10)}: a real stack (two admission instances, one of each other service, one Redis with \`appendfsync always\`), Redis's exporter
and Prometheus ${rig.prometheusVersion} with the committed rules, on ${cpus().length} cores of ${cpus()[0]!.model.trim()}. All lengths of time in the rules are divided by ${scale} and scrapes are a second apart, so that
minutes become seconds; nothing else of them is changed. About 12 requests a second, and a line of 3,000 people, all the time.

Undisturbed, with every window full, no alert fired. Then one fault after the other; each began when nothing fired any more.

| fault | alert | fired after | ended after the fault's end | others that fired with it |
|---|---|---|---|---|
${results.flatMap(({ fault, fired: begun, ended, others }) => fault.alerts.map((name, i) => `| ${i === 0 ? fault.title : ''} | ${name} | ${begun.get(name)!.toFixed(1)} s | ${ended.get(name)!.toFixed(1)} s | ${i === 0 ? others.join(', ') || '–' : ''} |`)).join('\n')}

What this does not show: notifications (the receivers of infra/alertmanager are yours to fill), and how long an alert takes at night: multiply by ${scale}, roughly.
`,
  );
  console.log('docs/results/alerts.md written');
}
process.exitCode = faulty.length === 0 ? 0 : 1;
