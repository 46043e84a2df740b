import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort, startRedis, until, type RunningProcess } from '../../tests/fixtures/stack.mjs';
import { root, which } from '../../tools/local/commands.mjs';

// The shell of Debian, whose EXIT trap does not run on a signal; elsewhere the one that is there.
const shell = which('dash') ?? 'sh';
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-backup-'));
const bin = join(folder, 'bin');
const begun = join(folder, 'begun');
let server: RunningProcess;
let redis: Redis;
let port: number;
beforeAll(async () => {
  port = await freePort();
  const users = readFileSync(join(root, 'infra/redis/users.acl'), 'utf8').replace(/@([A-Z]+)@/g, 'password-of-$1');
  writeFileSync(join(folder, 'users.acl'), users);
  server = await startRedis(folder, port, { args: ['--aclfile', join(folder, 'users.acl')] });
  redis = new Redis({ port, username: 'operator', password: 'password-of-OPERATOR' });
  // The script calls redis-cli without an address, and this tar waits while there is a file.
  mkdirSync(bin);
  writeFileSync(join(bin, 'redis-cli'), `#!/bin/sh\nexec ${which('redis-cli')} -p ${port} "$@"\n`);
  writeFileSync(join(bin, 'tar'), `#!/bin/sh\nif [ -e ${begun} ]; then echo . >> ${begun}; exec sleep 30; fi\nexec ${which('tar')} "$@"\n`);
  for (const name of ['redis-cli', 'tar']) chmodSync(join(bin, name), 0o755);
});
afterAll(async () => {
  redis.disconnect();
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  rmSync(begun, { force: true });
  await redis.config('SET', 'auto-aof-rewrite-percentage', '70');
});

const percentage = async (): Promise<string> => (await redis.config('GET', 'auto-aof-rewrite-percentage'))[1]!;
const env = (password = 'password-of-OPERATOR') => ({ PATH: `${bin}${delimiter}${process.env['PATH']}`, OPERATOR_PASSWORD: password });
const script = [join(root, 'infra/redis/backup.sh'), folder];
const backup = (password?: string) => spawnSync(shell, script, { env: env(password) });
/** One whose tar has begun and does not end. */
const slowBackup = async (): Promise<ChildProcess> => {
  writeFileSync(begun, '');
  // Of a process group of its own, as in a terminal.
  const child = spawn(shell, script, { env: env(), detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  await until('the tar', async () => readFileSync(begun, 'utf8') !== '', 10_000);
  expect(await percentage()).toBe('0');
  return child;
};

describe(`infra/redis/backup.sh, by ${shell}`, () => {
  it('copies the append-only file, and the rewrite is on again as before', async () => {
    await redis.set('sold', '1');
    const { status, stdout, stderr } = backup();
    expect([status, String(stderr)]).toEqual([0, '']);
    expect(String(spawnSync('tar', ['-tf', '-'], { input: stdout }).stdout)).toMatch(/appendonlydir\/.*\.incr\.aof/);
    expect(await percentage()).toBe('70');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends by %s, to it alone or to its group, with the rewrite on again',
    async (signal) => {
      for (const toGroup of [true, false]) {
        const child = await slowBackup();
        const ended = once(child, 'exit');
        process.kill(toGroup ? -child.pid! : child.pid!, signal);
        expect([(await ended)[0], await percentage()]).toEqual([1, '70']);
        // Its tar is not left behind.
        await until('the end of the group', async () => !spawnSync('ps', ['-o', 'pid=', '-g', String(child.pid)]).stdout.length, 5_000);
      }
    },
  );

  it('refuses beside another one, which puts the rewrite back when it ends', async () => {
    const first = await slowBackup();
    rmSync(begun);
    const second = backup();
    expect([second.status, second.stdout.length, await percentage()]).toEqual([1, 0, '0']);
    expect(String(second.stderr)).toMatch(/another backup runs, or one was killed\. .*CONFIG SET auto-aof-rewrite-percentage 100\n$/);
    const ended = once(first, 'exit');
    process.kill(-first.pid!, 'SIGTERM');
    await ended;
    expect(await percentage()).toBe('70');
  });

  it('of two that begin at the same time makes one at least, and leaves the rewrite on', async () => {
    for (let i = 0; i < 3; i += 1) {
      const both = [0, 1].map(() => spawn(shell, script, { env: env(), stdio: ['ignore', 'pipe', 'ignore'] }));
      for (const { stdout } of both) stdout.resume();
      const codes = await Promise.all(both.map(async (child) => (await once(child, 'exit'))[0] as number));
      expect([codes.includes(0), await percentage()]).toEqual([true, '70']);
    }
  });

  it('with a wrong password fails without a tar', async () => {
    const { status, stdout, stderr } = backup('wrong');
    expect([status, stdout.length, await percentage()]).toEqual([1, 0, '70']);
    expect(String(stderr)).toMatch(/WRONGPASS|NOAUTH/);
    expect(existsSync(begun)).toBe(false);
  });
});
