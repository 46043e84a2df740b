import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort, startRedis, type RunningProcess } from '../../../tests/fixtures/stack.mjs';
import { checkRedis, commandConnection, createLog, createMetrics, type RedisClient } from '../src/index.ts';
import { guardRedis } from '../src/redis-guard.ts';

// A Redis of its own, with the users that the services have.
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-policy-'));
const open: RedisClient[] = [];
let port: number;
let server: RunningProcess;
const connectionOf = async (user: string): Promise<RedisClient> => {
  const redis = commandConnection(`redis://${user}:password-of-${user}@127.0.0.1:${port}`);
  redis.on('error', () => {});
  open.push(redis);
  await redis.connect();
  return redis;
};
beforeAll(async () => {
  const template = readFileSync(join(import.meta.dirname, '../../../infra/redis/users.acl'), 'utf8');
  const acl = join(folder, 'users.acl');
  writeFileSync(
    acl,
    template.replace(/@([A-Z]+)@/g, (_, user: string) => `password-of-${user.toLowerCase()}`),
  );
  port = await freePort();
  server = await startRedis(folder, port, { args: ['--aclfile', acl] });
});
afterAll(async () => {
  for (const redis of open) redis.disconnect();
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});
const setPolicy = async (policy: string): Promise<void> =>
  void (await (await connectionOf('operator')).config('SET', 'appendfsync', policy));

it('the user of admission sees a file that is written each second only; the others see no fault, and that they may not look', async () => {
  const users = ['gateway', 'queue', 'admission', 'purchase'];
  const seen = async () =>
    Object.fromEntries(
      await Promise.all(
        users.map(async (user) => {
          const { warnings, unread } = await checkRedis(await connectionOf(user));
          return [user, warnings[0] ?? unread];
        }),
      ),
    ) as Record<string, string | null>;
  await setPolicy('everysec');
  const refused = expect.stringContaining('NOPERM');
  const others = { gateway: refused, queue: refused, purchase: refused };
  expect(await seen()).toEqual({ ...others, admission: expect.stringContaining('appendfsync is everysec') });
  await setPolicy('always');
  expect(await seen()).toEqual({ ...others, admission: null });
});

it('a policy that is not told is said once, at the level info, by the service that should know it; it is no warning', async () => {
  const redis = await connectionOf('queue');
  const saidBy = async (tellsUnread: boolean) => {
    const lines: string[] = [];
    const metrics = createMetrics('test');
    const log = createLog('test', 'test', { LOG_LEVEL: 'info' }, [], { write: (line) => void lines.push(line) });
    const guard = guardRedis(redis, log, metrics, { tellsUnread });
    for (let i = 0; i < 3; i += 1) await guard.look();
    guard.stop();
    expect(await metrics.registry.metrics()).toContain('sunbeon_redis_warnings{service="test"} 0');
    return lines.map((line) => JSON.parse(line) as object);
  };
  expect(await saidBy(false)).toEqual([]);
  expect(await saidBy(true)).toEqual([
    expect.objectContaining({ level: 'info', event: 'redis_policy_unknown', reason: expect.stringContaining('NOPERM') }),
  ]);
});

it.each(["ERR unknown command 'CONFIG', with args beginning with: 'GET'", 'ERR Command is not available', 'ERR config is disabled'])(
  'a hosted Redis that refuses with %j is checked all the same',
  async (refusal) => {
    const redis = await connectionOf('operator');
    const hosted = new Proxy(redis, {
      get: (target, name) =>
        name !== 'call'
          ? (Reflect.get(target, name) as unknown)
          : (command: string, ...rest: string[]) =>
              command === 'CONFIG'
                ? Promise.reject(Object.assign(new Error(refusal), { name: 'ReplyError' }))
                : target.call(command, ...rest),
    });
    expect(await checkRedis(hosted)).toEqual({ refusals: [], warnings: [], unread: refusal });
  },
);

it('a connection that is lost while the policy is asked for is no answer', async () => {
  const redis = await connectionOf('admission');
  const cut = new Proxy(redis, {
    get: (target, name) =>
      name !== 'call'
        ? (Reflect.get(target, name) as unknown)
        : (command: string, ...rest: string[]) =>
            command === 'CONFIG' ? Promise.reject(new Error('Connection is closed.')) : target.call(command, ...rest),
  });
  await expect(checkRedis(cut)).rejects.toThrow('closed');
});
