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
const stepsOfATick = [lead.sha, expire.sha, admit.sha];
const turns = 5;
const ticksPerTurn = 5;
const refills = 18;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** What one tick takes, ms: from its first call to its last answer, every step on the disk (`sunbeon_tick_duration_seconds`); and how long of it Redis was busy. */
interface TickCost {
  tookMs: number;
  redisMs: number;
}
export interface LineCost extends TickCost {
  /** Discarded ticks: begun late, or with a tenth more or fewer admissions than configured. */
  late: number;
}
/** Delay after its second from which a tick is discarded, ms. */
const lateMs = 50;

/**
 * Ticks of the admission service (`tickSale`) on several lines, five a turn and one a second as in service. As many visitors join before the next tick as were
 * admitted, so that each line keeps its length. The medians of 25 ticks, in the order of `saleIds`.
 */
export const ticksOf = async ({ redis, stack }: Bench, saleIds: readonly string[], count: number): Promise<LineCost[]> => {
  const leader = commandConnection(stack.redisUrl);
  leader.on('error', () => {});
  await leader.connect();
  const costs = saleIds.map(() => ({ kept: [] as TickCost[], late: 0 }));
  await redis.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '10000');

  const turn = async (saleId: string, into: { kept: TickCost[]; late: number }): Promise<void> => {
    // The bench holds the lease of this sale; the service is a follower, and a tick of its own still in flight is fenced.
    await redis.set(keys.leader(saleId), instance, 'PX', 3_000);
    await redis.hincrby(keys.flow(saleId), 'epoch', 1);
    await redis.hset(keys.sale(saleId), 'admitPerSecond', String(count));
    let due = performance.now();
    for (let ticks = 0, seen = 0; seen < ticksPerTurn; ticks += 1) {
      if (ticks > 2 * ticksPerTurn) throw new Error(`${saleId}: this machine keeps no tick a second`);
      await redis.call('SLOWLOG', 'RESET');
      const began = performance.now();
      const tick = await tickSale(leader, saleId, instance);
      const tookMs = performance.now() - began;
      if (tick.role !== 'leader') throw new Error(`${saleId}: ${tick.role} instead of leader`);
      const entries = (await redis.call('SLOWLOG', 'GET', '-1')) as [number, number, number, string[]][];
      const mine = entries.filter(([, , , [, sha, , ...rest]]) => stepsOfATick.includes(sha!) && rest.includes(keys.flow(saleId)));
      if (new Set(mine.map(([, , , [, sha]]) => sha)).size < stepsOfATick.length)
        throw new Error(`${saleId}: the slow log has no whole tick`);
      // The bucket of the first tick is still that of the earlier pace.
      if (ticks > 0) {
        const late = began - due > lateMs || Math.abs(tick.admitted / count - 1) > 0.1;
        if (late) into.late += 1;
        else {
          seen += 1;
          into.kept.push({ tookMs, redisMs: mine.reduce((sum, [, , us]) => sum + us, 0) / 1_000 });
        }
      }
      due = began + 1_000;
      for (let i = 1; i <= refills; i += 1) {
        await joinAll(
          redis,
          saleId,
          newVisitors(Math.round((tick.admitted * i) / refills) - Math.round((tick.admitted * (i - 1)) / refills)),
        );
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
  return costs.map(({ kept, late }) => ({
    late,
    tookMs: median(kept.map(({ tookMs }) => tookMs)),
    redisMs: median(kept.map(({ redisMs }) => redisMs)),
  }));
};
