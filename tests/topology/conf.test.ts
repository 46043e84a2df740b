import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkRedis, commandConnection } from '@sunbeon/runtime';
import { freePort, start, until } from '../fixtures/stack.mjs';
import { ask } from '../fixtures/topologies.mjs';

const folderOfConf = new URL('../../infra/redis/', import.meta.url).pathname;
const settingsOf = (file: string): [name: string, value: string][] =>
  readFileSync(join(folderOfConf, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);

/** Starts a real server with one of our files, on a port of its own, and ends it by its pid. */
const withServer = async (
  file: string,
  program: string,
  more: (port: number) => Promise<string[]>,
  work: (port: number) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-conf-'));
  copyFileSync(join(folderOfConf, file), join(folder, file));
  const port = await freePort();
  const { child, log } = start(
    folder,
    'redis',
    program,
    [join(folder, file), '--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...(await more(port))],
    {},
  );
  try {
    await until(file, async () => (await ask(port, ['PING'])) === 'PONG', 10_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${log()}`);
    });
    expect(log()).not.toMatch(/FATAL|Bad directive/i);
    await work(port);
  } finally {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
};
const server = process.env['REDIS_SERVER'] ?? 'redis-server';
const own = new Set(['port', 'bind']);
const bytes = (text: string): string =>
  text.replace(/^(\d+)(mb|gb)$/, (_, number: string, unit: string) => String(Number(number) * (unit === 'mb' ? 2 ** 20 : 2 ** 30)));

describe('a real server starts with', () => {
  it.each([
    ['production.conf', async () => [] as string[]],
    ['cluster.conf', async () => ['--cluster-port', String(await freePort({ from: 20_000, to: 30_000 }))]],
  ])('%s, takes every line of it, and the services trust it', async (file, more) => {
    await withServer(file, server, more, async (port) => {
      for (const [name, value] of settingsOf(file).filter(([setting]) => !own.has(setting))) {
        const [, found] = (await ask(port, ['CONFIG', 'GET', name])) as [string, string];
        expect([name, found]).toEqual([name, bytes(value.replaceAll('"', ''))]);
      }
      const redis = commandConnection(`redis://127.0.0.1:${port}`);
      await redis.connect();
      expect(await checkRedis(redis)).toEqual({ refusals: [], warnings: [], unread: null });
      redis.disconnect();
    });
  });

  it('sentinel.conf, and monitors the configured master', async () => {
    await withServer(
      'sentinel.conf',
      'redis-sentinel',
      async () => [],
      async (port) => {
        const flat = (await ask(port, ['SENTINEL', 'MASTER', 'mymaster'])) as string[];
        const seen = Object.fromEntries(flat.flatMap((text, i) => (i % 2 === 0 ? [[text, flat[i + 1]]] : [])));
        expect(seen).toMatchObject({
          ip: '127.0.0.1',
          port: '6379',
          quorum: '2',
          'down-after-milliseconds': '3000',
          'failover-timeout': '10000',
          'parallel-syncs': '1',
        });
      },
    );
  });
});
