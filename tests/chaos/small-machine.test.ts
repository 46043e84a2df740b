import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from '../../tools/local/commands.mjs';
import { apiAt, valueOf } from '../fixtures/client.ts';
import { freePort, until } from '../fixtures/stack.mjs';

/** All memory of the machine, swap included, bytes. */
const memory = 1_024 ** 3;

/** A group of processes that share so much memory; null where this process may make none. `peak`: bytes. `kills`: processes that were ended for want of memory. */
const memoryGroup = (name: string) => {
  const old = '/sys/fs/cgroup/memory';
  const v1 = existsSync(join(old, 'memory.limit_in_bytes'));
  const folder = join(v1 ? old : '/sys/fs/cgroup', name);
  const write = (file: string, text: string | number): void => writeFileSync(join(folder, file), String(text));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  try {
    mkdirSync(folder);
    write(v1 ? 'memory.limit_in_bytes' : 'memory.max', memory);
    if (!v1) write('memory.swap.max', 0);
    else if (existsSync(join(folder, 'memory.memsw.limit_in_bytes'))) write('memory.memsw.limit_in_bytes', memory);
  } catch {
    return null;
  }
  return {
    procs: join(folder, 'cgroup.procs'),
    peak: () => Number(read(v1 ? 'memory.max_usage_in_bytes' : 'memory.peak')),
    // Of it what programs hold: the rest are files, which give way.
    held: () => Number(new RegExp(`^${v1 ? 'total_rss' : 'anon'} (\\d+)`, 'm').exec(read('memory.stat'))?.[1] ?? 0),
    kills: () => Number(/^oom_kill (\d+)/m.exec(read(v1 ? 'memory.oom_control' : 'memory.events'))?.[1] ?? 0),
    remove: () => rmdirSync(folder),
  };
};

const group = memoryGroup(`sunbeon-small-${process.pid}`);
if (group === null) console.warn('skipped: groups with a memory limit can only be made by root on Linux');

(group === null ? it.skip : it)(
  'a machine of 1 GB without swap: from a clone to the first join by npm start, and nothing is ended for want of memory',
  async () => {
    const { procs, peak, held, kills, remove } = group!;
    const folder = mkdtempSync(join(tmpdir(), 'sunbeon-small-'));
    const clone = join(folder, 'sunbeon');
    execFileSync('git', ['clone', '--quiet', root, clone]);
    const env: Record<string, string> = {};
    for (const name of ['GATEWAY', 'QUEUE', 'ADMISSION', 'PURCHASE', 'WEB']) env[`${name}_PORT`] = String(await freePort());
    let output = '';
    const child = spawn('sh', ['-c', `echo $$ > ${procs} && exec npm start --silent -- --own-redis`], {
      cwd: clone,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += String(text);
      });
    const ended = once(child, 'exit');
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, held())), 200);
    try {
      await Promise.race([
        until('Sunbeon to run', async () => output.includes('Sunbeon is running'), 500_000),
        ended.then(([code]) => {
          throw new Error(`npm start ended with ${code}`);
        }),
      ]).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${kills()} ended for want of memory\n${output}`);
      });
      const gateway = `http://127.0.0.1:${env['GATEWAY_PORT']}`;
      const { visitor } = await valueOf('join', apiAt(gateway).join('concert_2025'));
      expect(visitor.seq).toBe(1);
      expect((await fetch(`http://127.0.0.1:${env['WEB_PORT']}/sales/concert_2025`)).status).toBe(200);
      expect(kills()).toBe(0);
      console.log(
        [
          `most held by programs ${Math.round(most / 1_024 ** 2)} MiB`,
          `with files ${Math.round(peak() / 1_024 ** 2)} MiB`,
          `at the first join ${Math.round(held() / 1_024 ** 2)} MiB`,
        ].join(', '),
      );
    } finally {
      clearInterval(watch);
      child.kill('SIGINT');
      await ended;
      await until('the group to be empty', async () => readFileSync(procs, 'utf8').trim() === '', 20_000);
      remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
