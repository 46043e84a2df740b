import { expect } from '@jest/globals';
import { commandConnection } from '@sunbeon/runtime';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { gateways, joinAs, openLive } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import type { Stack } from '../fixtures/stack.mjs';
import type { Topology } from '../fixtures/topologies.mjs';
import { saleUnderLoad, startLoad, type Load } from './load.ts';

/** Codes after which a browser retries. */
const comeBack = [1012, 1013, 4008];

/** One visitor inside per gateway, with an open stream. */
const watchers = (saleId: string) =>
  Promise.all(
    gateways().map(async (base) => {
      const visitor = await joinAs(saleId);
      await until('inside', async () => (await visitor.place()).body.state === 'admitted');
      const live = await openLive(saleId, visitor.token, { base });
      await live.waitFor('state');
      return { base, visitor, live };
    }),
  );

/** An event after the fault reaches the old socket, or the one that a browser opens after its close. */
const relaysAgain = async (saleId: string, { base, visitor, live }: Awaited<ReturnType<typeof watchers>>[number]): Promise<void> => {
  await until('the claim', async () => (await visitor.claim().catch(() => null))?.status === 200, 20_000);
  const told = await Promise.race([live.waitFor('claimed', undefined, 15_000), live.waitForClose(15_000)]);
  if ('code' in told) {
    expect(comeBack).toContain(told.code);
    const again = await openLive(saleId, visitor.token, { base });
    expect((await again.waitFor('state')).visitor).toMatchObject({ state: 'admitted', claimed: true });
    again.close();
  }
  live.close();
};

/** Stock adds up, no duplicates, every invariant holds; returns lost acknowledged writes. */
const examine = async (topology: Topology, saleId: string, load: Load) => {
  const redis = commandConnection(topology.url);
  redis.on('error', () => {});
  await redis.connect();
  try {
    const result = await load.compare(redis);
    const report = await checkSale(redis, saleId);
    expect(report!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    expect(report!.stats.stock.sold).toBe(result.sold);
    expect(result).toMatchObject({ twice: 0, untold: [] });
    return result;
  } finally {
    redis.disconnect();
  }
};

export interface Fault {
  /** Where the fault happens; a new sale if none is given. */
  saleId?: string;
  /** A sale that has nothing to do with it: it must go on. */
  bystander?: string;
  strike: (saleId: string) => Promise<void>;
  /** Brings all servers back, under the same load. */
  mend?: () => Promise<unknown>;
  /** Longest time without an acknowledged join or purchase, s. */
  limitSeconds: number;
}

const seconds = ({ join, buy }: { join: number; buy: number }) =>
  `gap ${Math.max(join, buy).toFixed(1)} s (join ${join.toFixed(1)} s, buy ${buy.toFixed(1)} s)`;

/** Joins and purchases before, during and after the fault and its repair. Returns the measurements in one line. */
export const underFault = async (
  topology: Topology,
  stack: Stack,
  name: string,
  { saleId: given, bystander, strike, mend, limitSeconds }: Fault,
) => {
  const saleId = given ?? (await saleUnderLoad());
  const sockets = await watchers(saleId);
  const load = startLoad(saleId);
  const other = bystander === undefined ? null : startLoad(bystander, { joiners: 2, buyers: 2 });
  try {
    await until('people buy', () => load.acked.size > 500 && (other?.acked.size ?? 100) >= 100, 30_000);
    const atMs = Date.now();
    await strike(saleId);
    const back = async (): Promise<void> => {
      const fromMs = Date.now();
      await until('people join and buy', () => load.since('join', fromMs) > 100 && load.since('buy', fromMs) > 100, limitSeconds * 2_000);
    };
    await back();
    await mend?.();
    await topology.settled();
    await back();
    await Promise.all([...stack.processes.keys()].map(stack.ready));
    await Promise.all([load.stop(), other?.stop()]);
    const gap = load.gaps(atMs);
    const bystanderGap = other?.gaps(atMs);
    for (const socket of sockets) await relaysAgain(saleId, socket);
    const result = await examine(topology, saleId, load);
    console.log(
      [
        `topology ${name}: acked ${result.acked}, lost ${result.lost.length}, ${seconds(gap)}`,
        `joins acked ${load.joined()}, lost ${result.joinsLost.length}`,
        `calls refused ${load.count.refused}, unknown ${load.count.unknown}`,
        ...(other && bystanderGap ? [`another sale: acked ${other.acked.size}, ${seconds(bystanderGap)}`] : []),
      ].join('; '),
    );
    expect(Math.max(gap.join, gap.buy)).toBeLessThan(limitSeconds);
    if (other) expect(await examine(topology, bystander!, other)).toMatchObject({ lost: [], joinsLost: [] });
    return { ...result, gap, bystanderGap };
  } finally {
    await Promise.all([load.stop(), other?.stop()]);
    for (const { live } of sockets) live.close();
  }
};
