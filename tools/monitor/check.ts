// npm run monitor:check: consistency of catalogue, code, dashboards, alerts and runbook; validates the configuration files with their tools.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, which } from '../local/commands.mjs';
import { checks, watchdog } from './checks.ts';
import { read, root } from './sources.ts';

let failed = 0;
const say = (name: string, faults: readonly string[]): void => {
  console.log(`${faults.length === 0 ? '✓' : '✗'} ${name}`);
  for (const fault of faults) console.log(`    ${fault}`);
  failed += faults.length === 0 ? 0 : 1;
};

/** Runs a tool where it is installed. */
const tool = async (name: string, program: string, args: string[], env: Record<string, string> = {}): Promise<void> => {
  if (!which(program)) return console.log(`- ${name}: skipped: ${program} is not installed`);
  const { code, output } = await run(program, args, { quiet: true, allowFailure: true, env });
  say(name, code === 0 ? [] : output.trimEnd().split('\n'));
};

for (const [name, check] of Object.entries(checks)) say(name, check());

const tests = readdirSync(join(root, 'infra/prometheus/tests')).map((file) => join(root, 'infra/prometheus/tests', file));
for (const file of ['prometheus.yml', 'local.yml'])
  await tool(`promtool: ${file} and the rules are well-formed`, 'promtool', ['check', 'config', join(root, 'infra/prometheus', file)]);
await tool('promtool: the tests of the rules pass', 'promtool', ['test', 'rules', ...tests]);
await tool('amtool: the configuration of Alertmanager is well-formed', 'amtool', [
  'check-config',
  join(root, 'infra/alertmanager/alertmanager.yml'),
]);
for (const [label, receiver] of [
  ['severity=critical', 'on-call'],
  ['severity=warning', 'operators'],
  [`alertname=${watchdog}`, 'watchdog'],
]) {
  await tool(`amtool: an alert with ${label} goes to ${receiver}`, 'amtool', [
    'config',
    'routes',
    'test',
    `--config.file=${join(root, 'infra/alertmanager/alertmanager.yml')}`,
    `--verify.receivers=${receiver}`,
    label!,
  ]);
}

// Settings that compose demands get any value: only the form is looked at.
const demanded = [...read('docker-compose.yml').matchAll(/\$\{(\w+)(?::?\?[^}]*)?\}/g)].map(([, name]) => name!);
const settings = Object.fromEntries(demanded.filter((name) => !(name in process.env)).map((name) => [name, 'x'.repeat(32)]));
const plugin = which('docker') && (await run('docker', ['compose', 'version'], { quiet: true, allowFailure: true })).code === 0;
const file = ['-f', join(root, 'docker-compose.yml'), 'config', '-q'];
if (plugin) await tool('docker compose: the file is well-formed', 'docker', ['compose', ...file], settings);
else await tool('docker-compose: the file is well-formed', 'docker-compose', file, settings);

console.log(failed === 0 ? 'All is well.' : `${failed} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
