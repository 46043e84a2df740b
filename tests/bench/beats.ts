import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '@sunbeon/contracts';
import { commandConnection } from '@sunbeon/runtime';
import { admit } from '../../services/admission/src/scripts/admit.ts';
import { expire } from '../../services/admission/src/scripts/expire.ts';
import { lead } from '../../services/admission/src/scripts/lead.ts';
import { tickSale } from '../../services/admission/src/tick/tick-sale.ts';
import type { Bench } from './lib.ts';
import { joinAll, newVisitors } from './line.ts';

const instance = 'bench';
const stepsOfABeat = [lead.sha, expire.sha, admit.sha];
const turns = 5;
const beatsPerTurn = 5;
const refills = 18;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** What one beat takes, ms: from its first call to its last answer, every step on the disk (`sunbeon_tick_duration_seconds`); and how long of it Redis was busy. */
interface BeatCost { tookMs: number; redisMs: number }
export interface LineCost extends BeatCost {
  /** Beats that were left out: they began late, or let in a tenth more or less than they should. */
  late: number;
}
/** A beat that begins later than this after its second is left out, ms. */
const lateMs = 50;

/**
 * The admission service's own beats (`tickSale`) on several lines, five a turn and one a second as in service, each line kept as long as it was: whoever is
 * let in is followed by as many who join until the next beat. The medians of 25 beats, in the order of `saleIds`.
 */
export const beatsOf = async ({ redis, stack }: Bench, saleIds: readonly string[], count: number): Promise<LineCost[]> => {
  const leader = commandConnection(stack.redisUrl);
  leader.on('error', () => {});
  await leader.connect();
  const costs = saleIds.map(() => ({ kept: [] as BeatCost[], late: 0 }));
  await redis.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '10000');

  const turn = async (saleId: string, into: { kept: BeatCost[]; late: number }): Promise<void> => {
    // The bench leads this sale; the service follows as long as the lease is renewed, and a beat of its own that is still under way is fenced off.
    await redis.set(keys.leader(saleId), instance, 'PX', 3_000);
    await redis.hincrby(keys.flow(saleId), 'epoch', 1);
    await redis.hset(keys.sale(saleId), 'admitPerSecond', String(count));
    let due = performance.now();
    for (let beats = 0, seen = 0; seen < beatsPerTurn; beats += 1) {
      if (beats > 2 * beatsPerTurn) throw new Error(`${saleId}: this machine keeps no beat a second`);
      await redis.call('SLOWLOG', 'RESET');
      const began = performance.now();
      const beat = await tickSale(leader, saleId, instance);
      const tookMs = performance.now() - began;
      if (beat.role !== 'leader') throw new Error(`${saleId}: ${beat.role} instead of leader`);
      const entries = (await redis.call('SLOWLOG', 'GET', '-1')) as [number, number, number, string[]][];
      const mine = entries.filter(([, , , [, sha, , ...rest]]) => stepsOfABeat.includes(sha!) && rest.includes(keys.flow(saleId)));
      if (new Set(mine.map(([, , , [, sha]]) => sha)).size < stepsOfABeat.length) throw new Error(`${saleId}: the slow log has no whole beat`);
      // The first beat finds the bucket of the pace before.
      if (beats > 0) {
        const late = began - due > lateMs || Math.abs(beat.admitted / count - 1) > 0.1;
        if (late) into.late += 1;
        else {
          seen += 1;
          into.kept.push({ tookMs, redisMs: mine.reduce((sum, [, , us]) => sum + us, 0) / 1_000 });
        }
      }
      due = began + 1_000;
      for (let i = 1; i <= refills; i += 1) {
        await joinAll(redis, saleId, newVisitors(Math.round((beat.admitted * i) / refills) - Math.round((beat.admitted * (i - 1)) / refills)));
        await sleep(Math.max(0, due - 1_000 + i * 53 - performance.now()));
      }
      await sleep(Math.max(0, due - performance.now()));
    }
    await redis.hset(keys.sale(saleId), 'admitPerSecond', '0.001');
  };

  try {
    for (let i = 0; i < turns; i += 1) for (const [line, saleId] of saleIds.entries()) await turn(saleId, costs[line]!);
  } finally {
    await redis.config('SET', 'slowlog-log-slower-than', '10000', 'slowlog-max-len', '128');
    leader.disconnect();
  }
  return costs.map(({ kept, late }) => ({ late, tookMs: median(kept.map(({ tookMs }) => tookMs)), redisMs: median(kept.map(({ redisMs }) => redisMs)) }));
};
