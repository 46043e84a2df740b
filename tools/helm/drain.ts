// npm run helm:drain -- [--sockets 5000] [--write FILE]: how long each process takes from SIGTERM to its end, idle, under load and when Redis hangs; against
// the seconds that the chart gives. Real processes, built; one machine.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { openLive, operatorAt, valueOf, visitorOf } from '../../tests/fixtures/client.ts';
import { startStack, until, type Stack } from '../../tests/fixtures/stack.mjs';

const { values: options } = parseArgs({ options: { sockets: { type: 'string', default: '5000' }, write: { type: 'string' } } });
const count = Number(options.sockets);
const { drain } = parse(readFileSync(new URL('../../infra/helm/sunbeon/values.yaml', import.meta.url), 'utf8')) as {
  drain: Record<'preStopSeconds' | 'stopSeconds' | 'reserveSeconds', number>;
};
const rows: string[] = [];
const row = (...cells: (string | number)[]): void => {
  rows.push(`| ${cells.join(' | ')} |`);
  console.log(rows.at(-1));
};
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
let longestMs = 0;

/** Sends SIGTERM; how the process ended, and after how long. */
const stop = async (stack: Stack, name: string): Promise<{ code: number | null; tookMs: number }> => {
  const { child } = stack.processes.get(name)!;
  const startedAt = performance.now();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  const tookMs = performance.now() - startedAt;
  longestMs = Math.max(longestMs, tookMs);
  return { code, tookMs };
};
const withStack = async (processes: string, others: number, work: (stack: Stack) => Promise<void>): Promise<void> => {
  const stack = await startStack({
    instances: { queue: others, admission: others, purchase: others, gateway: 2 },
    env: { JOIN_LIMIT_PER_MINUTE: '0', SOCKETS_PER_ADDRESS: '0', GATEWAY_PROCESSES: processes },
    built: true,
    readyMs: 180_000,
  });
  try {
    await work(stack);
  } finally {
    await stack.stop();
  }
};
/** Visitors who join and read their place through a gateway that stays, until stopped; counts what was no success. */
const traffic = (saleId: string, base: string) => {
  let running = true;
  let done = 0;
  let failed = 0;
  const all = Array.from({ length: 16 }, async () => {
    while (running) {
      const answer = await visitorOf(saleId, undefined, base)
        .join()
        .catch(() => null);
      done += 1;
      if (answer?.status !== 201) failed += 1;
    }
  });
  return {
    done: () => done,
    end: async () => {
      running = false;
      await Promise.all(all);
      return `${done - failed} joins answered, ${failed} not`;
    },
  };
};
const sale = async (stack: Stack, saleId: string): Promise<string> => {
  await valueOf(
    'create',
    operatorAt(stack.gateways[0]).create({ saleId, title: 'T', stock: 1_000_000, admitPerSecond: 1, activeLimit: 100_000 }),
  );
  return saleId;
};

row('process', 'while', 'to its end', 'exit code', 'seen by others');
row('---', '---', '---', '---', '---');
await withStack('1', 2, async (stack) => {
  for (const name of ['gateway-1', 'queue-1', 'admission-1', 'purchase-1']) {
    const { code, tookMs } = await stop(stack, name);
    row(name.slice(0, -2), 'idle', seconds(tookMs), String(code), '');
    stack.startService(name);
    await stack.ready(name);
  }
  const saleId = await sale(stack, 'services');
  for (const name of ['queue-1', 'admission-1', 'purchase-1']) {
    const crowd = traffic(saleId, stack.gateways[0]!);
    await until('traffic', () => Promise.resolve(crowd.done() > 200));
    const { code, tookMs } = await stop(stack, name);
    row(name.slice(0, -2), '16 joins at a time through a gateway', seconds(tookMs), String(code), await crowd.end());
    stack.startService(name);
    await stack.ready(name);
  }
});
for (const processes of ['1', '2']) {
  await withStack(processes, 1, async (stack) => {
    const saleId = await sale(stack, 'sockets');
    const base = stack.gateways[1]!;
    const lives: Awaited<ReturnType<typeof openLive>>[] = [];
    for (let done = 0; done < count; done += 100)
      lives.push(
        ...(await Promise.all(
          Array.from({ length: 100 }, async () => {
            const { body } = await visitorOf(saleId, undefined, base).join();
            return await openLive(saleId, body.token, { base });
          }),
        )),
      );
    const asked = Array.from({ length: 64 }, () => visitorOf(saleId, undefined, base).join());
    const startedAt = performance.now();
    let lastMs = 0;
    const ends = lives.map(async (live) => {
      const { code } = await live.waitForClose();
      lastMs = performance.now() - startedAt;
      return code;
    });
    const { code, tookMs } = await stop(stack, 'gateway-1');
    const codes = [...new Set(await Promise.all(ends))].join(', ');
    const answers = await Promise.allSettled(asked);
    const answered = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.status === 201).length;
    row(
      `gateway, GATEWAY_PROCESSES=${processes}`,
      `${count} sockets, 64 joins in flight`,
      seconds(tookMs),
      String(code),
      `all sockets closed with ${codes} after ${seconds(lastMs)}; ${answered} of 64 joins answered`,
    );
  });
}
await withStack('2', 1, async (stack) => {
  const saleId = await sale(stack, 'hang');
  stack.processes.get('redis')!.child.kill('SIGSTOP');
  const asked = Array.from({ length: 64 }, () =>
    visitorOf(saleId, undefined, stack.gateways[1])
      .join()
      .catch(() => {}),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  const names = ['gateway-1', 'queue-0', 'admission-0', 'purchase-0'];
  const ends = await Promise.all(names.map((name) => stop(stack, name)));
  for (const [index, { code, tookMs }] of ends.entries())
    row(names[index]!.slice(0, -2), 'Redis hangs, 64 joins in flight', seconds(tookMs), String(code), '');
  stack.processes.get('redis')!.child.kill('SIGCONT');
  await Promise.all(asked);
});
const total = drain.preStopSeconds + drain.stopSeconds + drain.reserveSeconds;
const verdict = `Longest: ${seconds(longestMs)}. The chart gives ${drain.stopSeconds} s for it, within ${total} s (terminationGracePeriodSeconds).`;
console.log(`\n${verdict}`);
if (options.write) writeFileSync(options.write, `${rows.join('\n')}\n\n${verdict}\n`);
if (longestMs > drain.stopSeconds * 1_000) process.exitCode = 1;
