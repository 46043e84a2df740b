import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort, start, until, type RunningProcess } from '../../tests/fixtures/stack.mjs';
import { root } from '../../tools/local/commands.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sunbeon-users-'));
const redisServer = process.env['REDIS_SERVER'] ?? 'redis-server';
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const running = new Map<number, RunningProcess>();
const clients: Redis[] = [];
const end = async (port: number): Promise<void> => {
  const { child } = running.get(port)!;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};
afterAll(async () => {
  for (const client of clients) client.disconnect();
  for (const [port, { child }] of running) if (child.exitCode === null && child.signalCode === null) await end(port);
  rmSync(folder, { recursive: true, force: true });
});

/** The passwords that the command of docs/TOPOLOGIES.md makes. */
const passwords = (): Record<string, string> => {
  mkdirSync(join(folder, 'infra/redis'), { recursive: true });
  cpSync(join(root, 'infra/redis/users.acl'), join(folder, 'infra/redis/users.acl'));
  const [, command] = /```sh\n([^`]*my-users\.acl[^`]*)```/.exec(text('docs/TOPOLOGIES.md'))!;
  execFileSync('sh', ['-euc', command!], { cwd: folder });
  const made = readFileSync(join(folder, 'my-users.acl'), 'utf8');
  expect(made).not.toMatch(/@[A-Z]+@/);
  return Object.fromEntries([...made.matchAll(/^user (\w+) on >([0-9a-f]{48}) /gm)].map(([, user, password]) => [user!, password!]));
};

describe('the files of infra/redis, with the lines for users.acl', () => {
  let password: Record<string, string>;
  const ports: number[] = [];
  let sentinel: number;
  /** The lines that have a `#` for those without users.acl; then those of this test. */
  const settingsOf = (file: string, names: string[], own: (line: string) => string): string =>
    text(file)
      .split('\n')
      .map((line) => (names.some((name) => line.startsWith(`# ${name} `)) ? line.slice(2) : line))
      .map((line) => line.replace('/etc/sunbeon/users.acl', join(folder, 'my-users.acl')))
      .map((line) => line.replace(/<password of (\w+)>/, (_, user: string) => password[user]!))
      .map((line) => own(line.replace(/^bind .*/, 'bind 127.0.0.1')))
      .join('\n');
  const at = (port: number, user = 'operator'): Redis => {
    const client = new Redis({
      host: '127.0.0.1',
      port,
      username: user,
      password: password[user]!,
      retryStrategy: () => 100,
      enableReadyCheck: false,
    });
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  const launch = (port: number, args: string[]): void => {
    const name = `redis-${port}`;
    mkdirSync(join(folder, name), { recursive: true });
    running.set(port, start(folder, name, redisServer, args, {}));
  };
  const launchServer = (port: number, ...more: string[]): void =>
    launch(port, [join(folder, `server-${port}.conf`), '--dir', join(folder, `redis-${port}`), ...more]);
  const replicas = async (client: Redis): Promise<number> =>
    (await client.info('replication')).match(/^slave\d+:.*state=online/gm)?.length ?? 0;
  beforeAll(async () => {
    password = passwords();
    ports.push(await freePort(), await freePort());
    sentinel = await freePort();
    for (const port of ports)
      writeFileSync(
        join(folder, `server-${port}.conf`),
        settingsOf('infra/redis/production.conf', ['aclfile', 'masteruser', 'masterauth'], (line) =>
          line.replace(/^port .*/, `port ${port}`),
        ),
      );
    launchServer(ports[0]!);
    launchServer(ports[1]!, '--replicaof', `127.0.0.1 ${ports[0]}`);
    // Of three sentinels one is enough here, and a shorter silence.
    writeFileSync(
      join(folder, 'sentinel.conf'),
      settingsOf('infra/redis/sentinel.conf', ['sentinel auth-user', 'sentinel auth-pass'], (line) =>
        line
          .replace(/^port .*/, `port ${sentinel}`)
          .replace(/^sentinel monitor .*/, `sentinel monitor mymaster 127.0.0.1 ${ports[0]} 1`)
          .replace(/(down-after-milliseconds mymaster) .*/, '$1 500'),
      ),
    );
  });

  it('have a password for each user but `default`, which is off', () => {
    const users = ['gateway', 'queue', 'admission', 'purchase', 'watcher', 'operator', 'replication', 'sentinel'];
    expect(Object.keys(password)).toEqual(users);
    expect(new Set(Object.values(password)).size).toBe(users.length);
  });

  it('replicate, fail over by Sentinel, and replicate the other way', async () => {
    const [master, replica] = [at(ports[0]!), at(ports[1]!)];
    await until('the replica', async () => (await replicas(master)) === 1, 5_000);
    await master.set('sold', '1');
    expect(await master.wait(1, 5_000)).toBe(1);
    launch(sentinel, [join(folder, 'sentinel.conf'), '--sentinel', '--dir', join(folder, `redis-${sentinel}`)]);
    const asked = new Redis({ host: '127.0.0.1', port: sentinel, retryStrategy: () => 100 }).on('error', () => {});
    clients.push(asked);
    const seen = async (): Promise<string> => String(await asked.call('SENTINEL', 'REPLICAS', 'mymaster'));
    await until('the sentinel to see the replica', async () => /master-link-status,ok/.test(await seen()), 5_000);
    await end(ports[0]!);
    await until('the replica to be promoted', async () => (await replica.role())[0] === 'master', 10_000);
    expect(await replica.get('sold')).toBe('1');
    // Sentinel makes it one by itself, but looks for half a minute first.
    launchServer(ports[0]!, '--replicaof', `127.0.0.1 ${ports[1]}`);
    await until('the old master to be a replica', async () => (await replicas(replica)) === 1, 5_000);
    expect(running.get(ports[0]!)!.log() + running.get(ports[1]!)!.log() + running.get(sentinel)!.log()).not.toMatch(
      /NOAUTH|NOPERM|WRONGPASS/,
    );
  });

  it('give the users of servers no more than that', async () => {
    const forbidden = [
      ['GET', 'sold'],
      ['SET', 'sold', '2'],
      ['CONFIG', 'SET', 'masterauth', 'x'],
      ['ACL', 'LIST'],
      ['FLUSHALL'],
      ['KEYS', '*'],
    ];
    for (const user of ['replication', 'sentinel']) {
      const client = at(ports[1]!, user);
      for (const [command, ...args] of forbidden) await expect(client.call(command!, ...args)).rejects.toThrow(/NOPERM/);
    }
    await expect(at(ports[1]!, 'replication').call('REPLICAOF', 'NO', 'ONE')).rejects.toThrow(/NOPERM/);
    await expect(at(ports[1]!, 'sentinel').publish('events', 'x')).rejects.toThrow(/NOPERM/);
  });
});
