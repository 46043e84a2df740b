// npm test: all that a laptop runs in 15 minutes, from a fresh clone on. `npm run test:long` (`--long`): what takes longer, of which npm test has short versions.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServices, buildWeb } from './build.mjs';
import { root, run, which } from './commands.mjs';
import { runMain, say, seconds, sinceStart } from './console.mjs';
import { installDebian, installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';
import { redisProgram } from './redis.mjs';

const node = process.execPath;
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js')];

await runMain(async () => {
  checkNode();
  const isLong = process.argv[2] === '--long';
  const passed = isLong ? [] : process.argv.slice(2);
  await installPackages();
  const env = {
    REDIS_SERVER: await redisProgram(),
    NEXT_TELEMETRY_DISABLED: '1',
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    ...(isLong ? { TEST_LONG: '1' } : {}),
  };
  if (passed.length > 0) {
    process.exitCode = (await run(node, [...jest, ...passed], { env, allowFailure: true })).code;
    return;
  }
  const chromium = which('chromium') ?? ((await installDebian('chromium', 'fonts-noto-cjk')) ? which('chromium') : null);
  const reports = mkdtempSync(join(tmpdir(), 'sunbeon-reports-'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];

  /**
   * One part of the tests; `count` reads how many passed and failed from its report. `output`: `live`; `after`, for a part that runs beside another one, so
   * that their lines do not mix; `failure`, only when it fails.
   */
  const part = async (name, command, args, count, { output: shown = 'live' } = {}) => {
    const from = Date.now();
    if (shown !== 'after') say(`\n── ${name}`);
    const { code, output } = await run(command, args, { env, allowFailure: true, limitSeconds: 900, quiet: shown !== 'live' });
    if (shown === 'after') say(`\n── ${name}, which ran beside it`);
    if (shown === 'after' || (shown === 'failure' && code !== 0)) say(output);
    const counted = count?.() ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    for (const word of Object.keys(total)) total[word] += counted[word] ?? 0;
    if (code !== 0) failures.push(name);
    say(`── ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds(Date.now() - from)}`);
  };
  const jestReport = (name) => {
    const file = join(reports, `${name}.json`);
    return {
      args: ['--json', `--outputFile=${file}`],
      count: () => {
        if (!existsSync(file)) return { passed: 0, failed: 1 };
        const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'));
        return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
      },
    };
  };

  const topology = [...jest, '-c', 'jest.topology.mjs'];
  const onSentinel = async () => {
    if (!which('redis-sentinel')) {
      say('\n── Sentinel: skipped: redis-sentinel is not installed');
      total.skipped += 1;
      return;
    }
    const { args, count } = jestReport('sentinel');
    await part('Sentinel', node, [...topology, '--testPathIgnorePatterns=topology/(cluster|slots)', ...args], count, { output: 'after' });
  };
  const onCluster = async (options) => {
    const { args, count } = jestReport('cluster');
    await part('Cluster', node, [...topology, ...args, 'topology/(cluster|slots)'], count, options);
  };
  const playwright = async (name, folder, options) => {
    const file = join(reports, `${folder}.json`);
    process.env.PLAYWRIGHT_JSON_OUTPUT_NAME = file;
    await part(
      name,
      node,
      [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '-c', `tests/${folder}/playwright.config.ts`, ...options],
      () => {
        if (!existsSync(file)) return undefined;
        const { expected, unexpected, skipped } = JSON.parse(readFileSync(file, 'utf8')).stats;
        return { passed: expected, failed: unexpected, skipped };
      },
    );
  };
  const inBrowser = async (...options) => {
    if (chromium) {
      process.env.CHROMIUM = chromium;
      await playwright('a person in a browser', 'e2e', options);
    } else if (process.env.CI) {
      failures.push('a person in a browser (no chromium)');
      total.failed += 1;
    } else {
      say('\n── a person in a browser: not run, there is no chromium here (apt-get install chromium)');
      total.skipped += 1;
    }
  };

  /** One language of each; the tests of a browser that is not here say so. */
  const inOtherEngines = async () => {
    const hasFirefox = which('firefox-esr') || which('firefox');
    if (hasFirefox || which('WebKitWebDriver')) {
      await buildWeb();
      await playwright('a person in Firefox and in WebKit', 'engines', ['--grep-invert', '@more']);
    } else {
      say('\n── a person in Firefox and in WebKit: skipped: neither is installed (apt-get install firefox-esr webkit2gtk-driver xvfb)');
      total.skipped += 1;
    }
  };

  const allParts = async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    // Static checks use one core each and share nothing: two at a time. The linter has a command of its own, npm run lint.
    await Promise.all([
      (async () => {
        await part('types of the tests', node, [tsc, '-p', 'tests/tsconfig.json'], undefined, { output: 'failure' });
        await part('types of the web', node, [tsc, '-p', 'web/tsconfig.json', '--noEmit'], undefined, { output: 'failure' });
      })(),
      (async () => {
        await part('types of the services', node, [tsc, '-b'], undefined, { output: 'failure' });
        await part('types of the load scripts', node, [tsc, '-p', 'infra/k6/tsconfig.json'], undefined, { output: 'failure' });
        await part(
          'metrics, alerts, dashboards and runbook say the same',
          node,
          ['--conditions=development', '--import', 'tsx', 'tools/monitor/check.ts'],
          undefined,
          { output: 'failure' },
        );
      })(),
    ]);
    const small = jestReport('small');
    await part('unit and Redis tests', node, [...jest, '--maxWorkers=2', ...small.args], small.count);
    // Mostly waiting, each for servers of its own: two at a time, of about the same length.
    const acceptance = jestReport('acceptance');
    const faults = jestReport('faults');
    await Promise.all([
      (async () => {
        if (chromium) await buildWeb();
        await part(
          'acceptance: every service its own process',
          node,
          [...jest, '-c', 'jest.acceptance.mjs', ...acceptance.args],
          acceptance.count,
        );
      })(),
      (async () => {
        if (existsSync(join(root, 'tests/schemathesis/.venv/bin/schemathesis'))) {
          await part(
            'requests made from the OpenAPI document',
            node,
            ['tests/schemathesis/run.mjs', '--examples', '5', '--phases', 'examples,coverage'],
            undefined,
            { output: 'after' },
          );
        } else {
          say('\n── requests made from the OpenAPI document: skipped: there is no tests/schemathesis/.venv (see CONTRIBUTING.md)');
          total.skipped += 1;
        }
        await onSentinel();
        await onCluster({ output: 'after' });
        await part('faults: processes die, networks lie', node, [...jest, '-c', 'jest.chaos.mjs', ...faults.args], faults.count, {
          output: 'after',
        });
      })(),
    ]);
    await inBrowser();
  };

  /** What takes longer than npm test may: every fault of each topology, all rotations, every flood, every state of the page. */
  const longParts = async () => {
    if (chromium) await buildWeb();
    await Promise.all([
      (async () => {
        const next = jestReport('next');
        await part(
          'a shop in Next, a shop alone, packages, 5,000 sales, and the model',
          node,
          [
            ...jest,
            ...next.args,
            'guard/test/(shop-next|away)|model/model.redis|forecast.unit|many-sales.redis|test/(client|guard|verify)-package',
          ],
          next.count,
        );
        const crowds = jestReport('crowds');
        const files =
          'acceptance/(acl|cache-upgrades|security-(http|live)|exactness|crowd|draw|durability|entrance-bots|tracing|flood|forecast|gate-by-proxy|logs|members-private|one-address|orders-line|stats\\.test|seed-secret|entrance-codes|line-caches|read-your-writes|opening|rehearsals|stopping|unreadable)';
        await part(
          'pace, floods, crowds, caches, lists, openings, stops',
          node,
          [...jest, '-c', 'jest.acceptance.mjs', ...crowds.args, files],
          crowds.count,
        );
      })(),
      (async () => {
        await onSentinel();
        await onCluster({ output: 'after' });
        const waits = jestReport('waits');
        await part(
          'slow beacons, draws side by side, streams, labels of rules',
          node,
          [...jest, ...waits.args, 'draws.redis|admission/test/drand.unit|gateway/test/(line-follows|mirror-age)|infra/test/rule-labels'],
          waits.count,
          { output: 'after' },
        );
        const rotation = jestReport('rotation');
        await part(
          'faults that take longer: rotations, starts, orders, clocks, processes of a gateway, many sales',
          node,
          [
            ...jest,
            '-c',
            'jest.chaos.mjs',
            ...rotation.args,
            'chaos/((pass-)?rotation|dev|draw\\.test|many-sales|sales-bench|processes|order-faults|disk-and-clock|readiness|soak|start)',
          ],
          rotation.count,
          { output: 'after' },
        );
      })(),
    ]);
    // Those that npm test leaves out (`@long`), and those that it runs in part (`@longer`).
    await inBrowser('--grep', '@long');
    await inOtherEngines();
  };

  await buildServices();
  env.TEST_BUILT = '1';
  await (isLong ? longParts() : allParts());
  rmSync(reports, { recursive: true, force: true });
  say(`\n${failures.length === 0 ? 'All is well' : `Failed: ${failures.join(', ')}`} after ${sinceStart()}.`);
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = failures.length === 0 ? 0 : 1;
});
