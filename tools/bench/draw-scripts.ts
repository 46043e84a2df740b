import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keys, limits } from '@sunbeon/contracts';
import { freeze } from '../../services/admission/src/scripts/freeze.ts';
import { setStatus } from '../../services/admission/src/scripts/set-status.ts';
import { writeDrawn } from '../../services/admission/src/scripts/write-drawn.ts';
import { writeRoster } from '../../services/admission/src/scripts/write-roster.ts';
import { ms, quantile, type Bench, type Row } from './lib.ts';
import { fillLobby } from './lobby.ts';

const saleId = 'bench_draw_scripts';
/** Limit of a script, ms. */
const scriptMs = 10;

/** Processor time of a process's main thread, ms. Other work of the machine adds nothing to it, unlike to the time that Redis measures. */
const threadMs = (pid: number): number => Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

const row = (what: string, cost: readonly number[]): Row => ({
  what: `${what}, processor time of Redis, p99.9 of ${cost.length}`,
  measured: ms(quantile(cost, 0.999)),
  reference: `p50 ${ms(quantile(cost, 0.5))}, max ${ms(Math.max(...cost))}`,
  ratio: ms(quantile(cost, 0.999)),
  target: `≤ ${scriptMs} ms`,
  met: quantile(cost, 0.999) <= scriptMs,
});

/** The scripts of a draw one by one, by the bench as leader; receiving, answering and the log included. The services stand still meanwhile. */
export const drawScripts = async (bench: Bench, visitors: number): Promise<Row[]> => {
  const { redis, stack } = bench;
  const lobby = await fillLobby(bench, saleId, visitors);
  const order = lobby.map((visitor) => ({ visitor, lot: Math.random() })).sort((a, b) => a.lot - b.lot);
  const pid = stack.processes.get('redis')!.pid;
  const services = [...stack.processes.values()].filter(({ name }) => name !== 'redis');
  for (const { child } of services) child.kill('SIGSTOP');
  const epoch = await redis.hincrby(keys.flow(saleId), 'epoch', 1);
  const cost = { roster: [] as number[], page: [] as number[], zscan: [] as number[] };
  const timed = async (into: number[], call: () => Promise<unknown>, wanted?: string): Promise<void> => {
    const before = threadMs(pid);
    const outcome = await call();
    into.push(threadMs(pid) - before);
    if (wanted !== undefined && outcome !== wanted) throw new Error(`${String(outcome)} instead of ${wanted}`);
  };
  try {
    await setStatus.run(redis, saleId, { verb: 'open' });
    let cursor = '0';
    do {
      await timed(cost.zscan, async () => ([cursor] = await redis.zscan(keys.lobby(saleId), cursor, 'COUNT', 2_000)));
    } while (cursor !== '0');
    const rosterPages = Math.ceil(visitors / limits.rosterPageEntries);
    for (let page = 0; page < rosterPages; page += 1)
      await timed(
        cost.roster,
        () => writeRoster.run(redis, saleId, { epoch, page, entries: randomBytes(32 * limits.rosterPageEntries) }),
        'written',
      );
    const root = randomBytes(32).toString('hex');
    if ((await freeze.run(redis, saleId, { epoch, count: visitors, root, beacon: null })) !== 'frozen') throw new Error('not frozen');
    for (let from = 1; from <= visitors; from += limits.drawPageVisitors) {
      const some = order.slice(from - 1, from - 1 + limits.drawPageVisitors).map(({ visitor }) => visitor);
      await timed(
        cost.page,
        () => writeDrawn.run(redis, saleId, { epoch, from, visitors: some, isLast: from + some.length > visitors }),
        'written',
      );
    }
  } finally {
    for (const { child } of services) child.kill('SIGCONT');
  }
  return [
    row('a page of the line (write-drawn)', cost.page),
    row('a page of the roster (write-roster)', cost.roster),
    row('a read of the lobby (ZSCAN)', cost.zscan),
  ];
};
