import { keys } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { readPlaces } from '../../services/queue/src/scripts/read-places.ts';
import { answerOf, eventsOf } from '../fixtures/sale.ts';
import { entranceFaults, entranceFigures } from './entrance-checks.ts';
import type { History } from './history.ts';
import { passFaults, passFigures } from './pass-checks.ts';

const faultsOf = <T>(list: readonly T[], fault: (item: T) => string | false): string[] =>
  list.map(fault).filter((text): text is string => text !== false);

/** A join answered before another was sent has the smaller seq (I3), whatever crashed in between. */
export const orderFaults = ({ joins }: History): string[] => {
  const given = joins.filter((join) => join.outcome === 'ok' && join.fresh && join.seq !== null);
  const byAck = [...given].sort((a, b) => a.ackedAt - b.ackedAt);
  let next = 0;
  let highest = 0;
  return faultsOf(
    [...given].sort((a, b) => a.sentAt - b.sentAt),
    ({ sentAt, seq, visitor }) => {
      while (next < byAck.length && byAck[next]!.ackedAt < sentAt) highest = Math.max(highest, byAck[next++]!.seq!);
      return seq! <= highest && `${visitor} asked after number ${highest} was given and got ${seq}`;
    },
  );
};

/** No seq twice; no acknowledged place is unknown (I2, I4). */
const placeFaults = async (redis: Redis, saleId: string, { joins }: History): Promise<string[]> => {
  const owner = new Map<number, string>();
  const twice = faultsOf(
    joins.filter(({ fresh, outcome }) => fresh && outcome === 'ok'),
    ({ seq, visitor }) => {
      const other = owner.get(seq!);
      owner.set(seq!, visitor!);
      return other !== undefined && other !== visitor && `number ${seq} was given to ${other} and to ${visitor}`;
    },
  );
  const numbers = new Map(joins.map(({ visitor, seq }) => [visitor, seq ?? 0]));
  const visitors = [...new Set(joins.flatMap(({ visitor }) => visitor ?? []))];
  const lost: string[] = [];
  for (let from = 0; from < visitors.length; from += 200) {
    const some = visitors.slice(from, from + 200);
    const queries = some.map((visitor) => ({ visitor, seq: numbers.get(visitor) ?? 0 }));
    const { places } = answerOf(await readPlaces.run(redis, saleId, queries));
    lost.push(...some.filter((_, i) => places[i]!.state === 'absent').map((visitor) => `${visitor} had a place and is unknown`));
  }
  return [...twice, ...lost];
};

/** Every acknowledged purchase exists, none exists without a request, one key bought once (I8). */
const purchaseFaults = async (redis: Redis, saleId: string, { buys }: History): Promise<string[]> => {
  const kept = new Map(
    Object.entries(await redis.hgetall(keys.purchases(saleId))).map(([id, json]) => [
      id,
      JSON.parse(json) as { visitor: string; quantity: number },
    ]),
  );
  const byKey = new Map<string, string>();
  const acked = faultsOf(
    buys.filter(({ outcome }) => outcome === 'ok'),
    ({ purchaseId, visitor, quantity, key }) => {
      const there = kept.get(purchaseId!);
      if (!there) return `purchase ${purchaseId} was acknowledged and is lost`;
      if (there.visitor !== visitor || there.quantity !== quantity)
        return `purchase ${purchaseId} of ${quantity} to ${visitor} under ${key} is kept as ${there.quantity} to ${there.visitor}`;
      const before = byKey.get(`${visitor} ${key}`);
      byKey.set(`${visitor} ${key}`, purchaseId!);
      return before !== undefined && before !== purchaseId && `one key bought ${before} and ${purchaseId}`;
    },
  );
  const asked = new Set(buys.map(({ visitor }) => visitor));
  return [...acked, ...faultsOf([...kept], ([id, { visitor }]) => !asked.has(visitor) && `purchase ${id} of ${visitor}, who never asked`)];
};

/** Each browser received each of its events once and in order, or a `state` that includes it (I9). */
const relayFaults = async (redis: Redis, saleId: string, { listenings }: History): Promise<string[]> => {
  const concerning = new Map<string, number[]>();
  for (const { id, type, data } of await eventsOf(redis as never, saleId)) {
    if (type === 'tick' || type === 'sale') continue;
    for (const visitor of (type === 'admitted' ? data['visitors'] : [data['visitor']]) as string[])
      concerning.set(visitor, [...(concerning.get(visitor) ?? []), Number(id.split('-')[0])]);
  }
  return listenings.flatMap(({ visitor, frames }) => {
    const numbered = frames.filter(({ id }) => id !== null);
    const own = numbered.filter(({ type }) => type !== 'state' && type !== 'sale').map(({ id }) => id!);
    const disorder = own.find((id, i) => i > 0 && id <= own[i - 1]!);
    const stands = numbered.filter(({ type }) => type === 'state').map(({ id }) => id!);
    const first = stands[0] ?? Infinity;
    const lastOwn = own.at(-1) ?? 0;
    const missed = (concerning.get(visitor) ?? []).find(
      (number) => number > first && number < lastOwn && !own.includes(number) && !stands.some((state) => state >= number),
    );
    return [
      ...(disorder === undefined ? [] : [`${visitor} was told event ${disorder} late or twice`]),
      ...(missed === undefined ? [] : [`${visitor} was never told event ${missed}`]),
      ...(numbered.length > 0 && frames[0]!.type !== 'state' ? [`${visitor}'s first frame is ${frames[0]!.type}`] : []),
    ];
  });
};

/** All faults found after a run, with the counts of the check. */
export const checkRun = async (redis: Redis, saleId: string, history: History): Promise<{ faults: string[]; figures: string }> => {
  const report = await checkSale(redis, saleId);
  if (!report) return { faults: [`the sale ${saleId} is gone`], figures: '' };
  const { flow, stock, count } = report.stats;
  const faults = [
    ...report.results.filter(({ verdict }) => verdict === 'broken').map(({ invariant, title, text }) => `${invariant} ${title}: ${text}`),
    ...orderFaults(history),
    ...(await placeFaults(redis, saleId, history)),
    ...(await purchaseFaults(redis, saleId, history)),
    ...(await relayFaults(redis, saleId, history)),
    ...(await passFaults(redis, saleId, history)),
    ...(history.enterings.length > 0 ? await entranceFaults(redis, saleId, history) : []),
    ...history.scandals,
  ];
  const { ok, refused, unknown } = history.calls;
  const sold = history.tickets.length > 0 ? passFigures(history) : `${count.purchases} purchases of ${stock.sold} tickets`;
  return {
    faults,
    figures: `${history.enterings.length > 0 ? `${entranceFigures(history)}; ` : ''}${flow.seq} joined, ${flow.admitted} admitted, ${sold}, ${flow.event} events; calls: ${ok} ok, ${refused} refused, ${unknown} unknown; ${history.listenings.length} streams`,
  };
};
