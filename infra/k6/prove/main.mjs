// npm run k6:prove -- [words]: runs every script against a Sunbeon of its own (two of each service), which must pass, and against faulty
// servers, which must fail by the threshold named in cases.mjs. Words select: a script, `good`, `broken`, or a part of a case's name.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminToken, startStack } from '../../../tests/fixtures/stack.mjs';
import { buildServices } from '../../../tools/local/build.mjs';
import { CliError, runMain, say, seconds } from '../../../tools/local/console.mjs';
import { redisProgram } from '../../../tools/local/redis.mjs';
import { findK6, folder, scripts } from '../find.mjs';
import { broken } from './cases.mjs';
import { startFaultyProxy } from './faulty-proxy.mjs';

const hook = new URL('./break-scripts.mjs', import.meta.url).href;
const instances = { queue: 2, admission: 2, purchase: 2, gateway: 2 };

await runMain(async () => {
  const { path: k6, why, version } = findK6();
  if (!k6) throw new CliError(why);
  process.env.REDIS_SERVER = await redisProgram();
  await buildServices();
  const words = process.argv.slice(2);
  const chosen = [
    ...scripts.map((script) => ({ name: 'as it is', kind: 'good', script, settings: {}, crosses: null })),
    ...broken.map((entry) => ({ kind: 'broken', ...entry })),
  ].filter(
    ({ name, kind, script }) => words.length === 0 || words.every((word) => word === kind || word === script || name.includes(word)),
  );
  if (chosen.length === 0) throw new CliError(`nothing is called so: ${words.join(' ')}`);
  const results = mkdtempSync(join(tmpdir(), 'sunbeon-k6-'));

  /** Runs one script; returns the crossed thresholds, and the measurements. */
  const runScript = (script, gateway, settings) =>
    new Promise((resolve) => {
      const file = join(results, 'summary.json');
      const child = spawn(k6, ['run', '--quiet', '--summary-export', file, join(folder, `${script}.ts`)], {
        env: { ...process.env, ...settings, GATEWAY: gateway, ADMIN_TOKEN: adminToken, K6_NO_USAGE_REPORT: 'true' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data) => {
          output += data;
        });
      child.on('close', (code) => {
        let metrics = {};
        try {
          ({ metrics } = JSON.parse(readFileSync(file, 'utf8')));
        } catch {
          // It ended without a summary; the output has the reason.
        }
        rmSync(file, { force: true });
        const crossed = Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
          Object.entries(thresholds)
            .filter(([, failed]) => failed)
            .map(([limit]) => ({ name, limit })),
        );
        resolve({ code, crossed, metrics, output });
      });
    });

  let wrong = 0;
  let running = null;
  // A signal to this process also ends its child processes.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, async () => {
      await running?.stop();
      process.exit(1);
    });
  say(`${version}\n`);
  for (const { name, kind, script, settings, crosses, scripts: edits, proxy: faults } of chosen) {
    const from = Date.now();
    const stack = await startStack({
      built: true,
      instances,
      env: edits ? { NODE_OPTIONS: `--import ${hook}`, BROKEN_SCRIPTS: JSON.stringify(edits) } : {},
    });
    running = stack;
    const proxy = faults ? await startFaultyProxy(stack.gateways[0], faults) : null;
    try {
      if (edits && ![...stack.processes.values()].some(({ log }) => log().includes('broken: ')))
        throw new CliError(`${name}: its text is no longer in the scripts`);
      const { code, crossed, metrics, output } = await runScript(script, proxy?.url ?? stack.gateways.join(','), settings);
      const right = kind === 'good' ? code === 0 : code === 99 && crossed.some((threshold) => threshold.name === crosses);
      if (!right) {
        wrong += 1;
        say(output.slice(-3_000));
      }
      const verdict =
        kind === 'good' ? (right ? 'passes' : `FAILS (${code})`) : right ? 'is noticed' : `is NOT noticed by ${crosses} (${code})`;
      say(`${script}: ${name}: ${verdict} after ${seconds(Date.now() - from)}`);
      for (const { name: metric, limit } of crossed)
        say(
          `    crossed  ${metric}: ${limit}   ${JSON.stringify(metrics[metric], (key, value) => (key === 'thresholds' ? undefined : typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value))}`,
        );
      if (kind === 'good') {
        for (const [metric, { thresholds, ...values }] of Object.entries(metrics)) {
          if (thresholds)
            say(
              `    ${metric.padEnd(34)} ${Object.keys(thresholds).join(', ').padEnd(24)} ${Object.entries(values)
                .map(([key, value]) => `${key} ${Math.round(value * 100) / 100}`)
                .join(', ')}`,
            );
        }
        const { http_reqs: requests, iterations } = metrics;
        say(
          `    ${Math.round(requests?.count ?? 0)} requests (${Math.round(requests?.rate ?? 0)}/s), ${iterations?.count ?? 0} iterations`,
        );
      }
    } finally {
      proxy?.stop();
      running = null;
      await stack.stop();
    }
  }
  rmSync(results, { recursive: true, force: true });
  say(wrong === 0 ? `\nAll ${chosen.length} as they should be.` : `\n${wrong} of ${chosen.length} are WRONG.`);
  process.exitCode = wrong === 0 ? 0 : 1;
});
