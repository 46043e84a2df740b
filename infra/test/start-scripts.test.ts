import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runbookBase } from '../grafana/src/runbook.ts';
import { root } from '../../tools/local/commands.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sunbeon-start-'));
afterAll(() => rmSync(folder, { recursive: true }));
// Programs that print their arguments instead of serving.
const bin = join(folder, 'bin');
mkdirSync(bin);
for (const name of ['prometheus', 'alertmanager', 'redis-server'])
  writeFileSync(join(bin, name), '#!/bin/sh\necho "$0 $*"\n', { mode: 0o755 });
const start = (script: string, env: Record<string, string>, ...args: string[]) =>
  spawnSync('/bin/sh', [join(root, script), ...args], {
    encoding: 'utf8',
    env: { PATH: `${bin}${delimiter}${process.env['PATH']}`, ...env },
  });

describe('the start of Prometheus', () => {
  const prometheus = (env: Record<string, string>, made: string) =>
    start(
      'infra/prometheus/start.sh',
      { CONFIG: join(root, 'infra/prometheus'), MADE: join(folder, made), ...env },
      '--storage.tsdb.path=/x',
    );
  const rulesOf = (made: string): string =>
    readdirSync(join(folder, made, 'rules'))
      .map((file) => readFileSync(join(folder, made, 'rules', file), 'utf8'))
      .join('\n');

  it('puts RUNBOOK_URL into every rule, and nothing else is changed', () => {
    const { status, stdout } = prometheus({ RUNBOOK_URL: 'https://wiki.example.com/on-call?a=1' }, 'own');
    expect([status, stdout]).toEqual([
      0,
      `${join(bin, 'prometheus')} --config.file=${join(folder, 'own')}/prometheus.yml --storage.tsdb.path=/x\n`,
    ]);
    prometheus({}, 'default');
    expect(rulesOf('own')).not.toContain(runbookBase);
    expect(rulesOf('own').replaceAll('https://wiki.example.com/on-call?a=1', runbookBase)).toBe(rulesOf('default'));
    expect(rulesOf('default').match(/runbook_url: https:\/\//g)!.length).toBeGreaterThan(20);
  });

  it.each(['wiki/on-call', 'https://', 'https://a|b', "https://a'b", 'https://a b', 'https://a&b'])('refuses %j by name', (url) => {
    const { status, stderr } = prometheus({ RUNBOOK_URL: url }, 'wrong');
    expect([status, stderr]).toEqual([1, expect.stringContaining('RUNBOOK_URL')]);
  });
});

describe('the start of Alertmanager', () => {
  const warned = (text: string): string[] => {
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, text);
    const { status, stdout, stderr } = start('infra/alertmanager/start.sh', { CONFIG: file }, '--storage.path=/x');
    expect([status, stdout]).toEqual([0, `${join(bin, 'alertmanager')} --config.file=${file} --storage.path=/x\n`]);
    return [...stderr.matchAll(/level=WARN msg="receiver ([\w-]+) is empty/g)].map(([, name]) => name!);
  };
  const committed = readFileSync(join(root, 'infra/alertmanager/alertmanager.yml'), 'utf8');

  it('names every receiver of the committed file, since all are empty', () => {
    expect(warned(committed)).toEqual(['operators', 'on-call', 'watchdog']);
  });

  it('names those alone that have no way to notify', () => {
    const ways = committed
      .replace('- name: on-call', '- name: on-call\n    pagerduty_configs:\n      - routing_key: x')
      .replace('- name: watchdog', "- name: 'watchdog'\n    webhook_configs: [{ url: 'http://x' }]");
    expect(warned(ways)).toEqual(['operators']);
    expect(warned(ways.replace('- name: operators', '- name: operators\n    email_configs:\n      - to: a@example.com'))).toEqual([]);
  });
});

describe('the start of Redis', () => {
  const names = ['GATEWAY', 'QUEUE', 'ADMISSION', 'PURCHASE', 'WATCHER', 'OPERATOR'];

  it('gives each user its password, and leaves none with a placeholder, which everybody knows', () => {
    const made = join(folder, 'redis');
    mkdirSync(made);
    const { status, stdout } = start('infra/redis/start.sh', {
      CONFIG: join(root, 'infra/redis'),
      MADE: made,
      ...Object.fromEntries(names.map((name) => [`${name}_PASSWORD`, `password-of-${name}`])),
    });
    expect([status, stdout]).toEqual([0, `${join(bin, 'redis-server')} ${root}infra/redis/redis.conf --aclfile ${made}/users.acl\n`]);
    const users = readFileSync(join(made, 'users.acl'), 'utf8');
    expect([...users.matchAll(/>(\S+)/g)].map(([, password]) => password)).toEqual(names.map((name) => `password-of-${name}`));
    expect(users).toMatch(/^user default off /);
  });
});
