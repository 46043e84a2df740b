import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { root } from '../../tools/local/commands.mjs';
import { createProcesses } from '../../tools/local/processes.mjs';
import { checkFolderIsFree, startRedis as startOwnRedis } from '../../tools/local/redis.mjs';
import { apiAt } from '../fixtures/client.ts';
import { freePort, until } from '../fixtures/stack.mjs';
import { Redis } from 'ioredis';

/** `npm start -- --no-page` on ports and a data folder of its own. */
const data = mkdtempSync(join(tmpdir(), 'sunbeon-start-'));
const env: Record<string, string> = {};
let gateway = '';
beforeAll(async () => {
  for (const name of ['GATEWAY', 'QUEUE', 'ADMISSION', 'PURCHASE', 'WEB']) env[`${name}_PORT`] = String(await freePort());
  gateway = `http://127.0.0.1:${env['GATEWAY_PORT']}`;
});
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', mountPoint]);
  rmSync(data, { recursive: true, force: true });
});

interface Starter {
  child: ChildProcess;
  output: () => string;
}
const launch = (...options: string[]): Starter => {
  let output = '';
  const child = spawn('npm', ['start', '--silent', '--', '--no-page', '--own-redis', ...options], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', SUNBEON_DATA_DIR: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += String(text);
    });
  return { child, output: () => output };
};
const running = (starter: Starter) =>
  until(`Sunbeon to run\n${starter.output()}`, async () => starter.output().includes('Sunbeon is running'), 40_000);
const stateOf = (pid: number): string => spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
const isAlive = (pid: number): boolean => !['', 'Z'].includes(stateOf(pid)[0] ?? '');
/** All processes below one, itself included. */
const familyOf = (pid: number): number[] => {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family) family.push(...rows.flatMap(([child, of]) => (of === parent ? [child!] : [])));
  return family;
};
const allGone = (pids: number[]) => until('every process to be gone', async () => !pids.some(isAlive), 8_000);

it('npm start runs only with the demo sale there, refuses a second start on its data, and nothing outlives it: kill -9 of the starter, of its guardian, of npm', async () => {
  const first = launch();
  await running(first);
  expect((await apiAt(gateway).sales()).body.sales.map(({ saleId }) => saleId)).toContain('concert_2025');
  const family = familyOf(first.child.pid!);
  // npm, the starter, its guardian, Redis and four services.
  expect(family.length).toBeGreaterThanOrEqual(8);

  const second = launch();
  await once(second.child, 'close');
  expect(second.child.exitCode).toBe(1);
  expect(second.output()).toMatch(new RegExp(`in use by process ${family[1]} .*since 20.*--replace`, 's'));

  process.kill(family[1]!, 'SIGKILL');
  await allGone(family);

  // Also a guardian that was killed with its starter: the next start ends what was written down.
  const third = launch();
  await running(third);
  const left = familyOf(third.child.pid!);
  const guardian = left.find((pid) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes('guardian.mjs'),
  )!;
  process.kill(left[1]!, 'SIGSTOP');
  process.kill(guardian, 'SIGKILL');
  process.kill(left[1]!, 'SIGKILL');
  const fourth = launch();
  await running(fourth);
  expect(fourth.output()).toMatch(/left .*redis \(\d+\).*running: ending them/);
  expect(left.filter(isAlive)).toEqual([]);
  const last = familyOf(fourth.child.pid!);
  fourth.child.kill('SIGKILL');
  await allGone(last);
});

const mountPoint = join(data, 'small');
const mounted =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('sh', ['-c', `mkdir -p ${mountPoint} && mount -t tmpfs -o size=2m tmpfs ${mountPoint}`], { stdio: 'ignore' }).status === 0;
if (!mounted) console.warn('skipped: a small file system can only be mounted by root on Linux');

(mounted ? it : it.skip)(
  'a full disk: redis-server exits, the starter and its logs go on, and with space again everything acknowledged is there',
  async () => {
    const port = await freePort();
    const processes = createProcesses(join(mountPoint, 'logs'));
    const args = [join(root, 'infra/redis/local.conf'), '--port', String(port), '--dir', mountPoint, '--auto-aof-rewrite-percentage', '0'];
    const entry = await startOwnRedis(processes, {
      program: process.env['REDIS_SERVER'] ?? 'redis-server',
      port,
      folder: mountPoint,
      args,
    });
    await expect(checkFolderIsFree(mountPoint, port)).rejects.toThrow(/redis-server \(process \d+\) already uses/);
    const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 0, retryStrategy: () => 100 });
    redis.on('error', () => {});
    const first = entry.child!.pid;
    writeFileSync(join(mountPoint, 'filler'), Buffer.alloc(1_200_000));
    const acked: string[] = [];
    try {
      for (let i = 0; i < 1_000; i += 1) {
        await redis.set(`purchase-${i}`, 'x'.repeat(4_000));
        acked.push(`purchase-${i}`);
      }
    } catch {
      // The write that did not fit: not acknowledged.
    }
    expect(acked.length).toBeGreaterThan(100);
    expect(acked.length).toBeLessThan(1_000);
    await until('Redis to exit', async () => entry.child?.pid !== first, 5_000);
    await until(
      'the starter to hold it back',
      async () => entry.child === null && statfsSync(mountPoint).bavail * 4_096 < 256 * 1_024,
      5_000,
    );
    rmSync(join(mountPoint, 'filler'));
    await until('Redis to be back', async () => (await redis.ping()) === 'PONG', 10_000);
    const kept = await redis.exists(...acked);
    console.log(`a full disk: ${kept} of ${acked.length} acknowledged writes kept`);
    expect(kept).toBe(acked.length);
    await redis.set('again', '1');
    redis.disconnect();
    await processes.stop();
    expect(readFileSync(join(mountPoint, 'logs/redis.log'), 'utf8')).toMatch(/Ready to accept connections/);
  },
);
