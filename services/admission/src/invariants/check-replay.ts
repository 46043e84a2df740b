import type { Stats } from '../scripts/read-stats.ts';
import { formatCount, checkResultOf, type CheckResult, type Invariant } from './check-result.ts';
import type { Replay } from './replay.ts';

const titles: Record<Exclude<Invariant, 'D3'>, string> = {
  I1: 'stock by its events',
  I2: 'places by their events',
  I3: 'first come, first served',
  I4: 'one place each',
  I5: 'pace in every window',
  I6: 'inside cap',
  I7: 'every way out',
  I8: 'one right, one use',
  I9: 'events rebuild the sale',
};

/** Describes the first difference between two maps; null when they are equal. */
const difference = <T>(
  what: string,
  here: ReadonlyMap<string, T>,
  there: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean,
): string | null => {
  for (const [key, value] of here) {
    const other = there.get(key);
    if (other === undefined) return `${what} ${key} is in Redis and not in the events`;
    if (!same(value, other)) return `${what} ${key} differs: ${JSON.stringify(value)} in Redis, ${JSON.stringify(other)} by the events`;
  }
  const missing = [...there.keys()].find((key) => !here.has(key));
  return missing === undefined ? null : `${what} ${missing} is in the events and not in Redis`;
};

/** Compares a sale with the replay of its events up to the same event. */
export const checkReplay = (stats: Stats, replay: Replay): CheckResult[] => {
  const { flow, stock, members } = stats;
  const of = (invariant: Invariant) => replay.faults.filter((fault) => fault.invariant === invariant).map(({ text }) => text);
  const differs = (name: string, redis: number, events: number): string | false =>
    redis !== events && `${name} is ${redis} in Redis and ${events} by the events`;
  const inside =
    members &&
    difference(
      'visitor',
      members.sessions,
      new Map([...replay.inside].filter(([, { claimed }]) => claimed).map(([visitor, { hold }]) => [visitor, hold ?? ''])),
      (a, b) => a === b,
    );
  return [
    checkResultOf(
      'I1',
      titles.I1,
      `left ${formatCount(replay.left)}, held ${formatCount(replay.held)}, sold ${formatCount(replay.sold)} in ${formatCount(replay.purchases.size)} purchases`,
      [
        ...of('I1'),
        differs('total', stock.total, replay.total),
        differs('left', stock.left, replay.left),
        differs('held', stock.held, replay.held),
        differs('sold', stock.sold, replay.sold),
        differs('cancelled', flow.cancelled, replay.cancelled),
        members && difference('hold', members.holds, replay.holds, (a, b) => a.visitor === b.visitor && a.quantity === b.quantity),
      ],
    ),
    checkResultOf(
      'I2',
      titles.I2,
      `admitted ${formatCount(replay.admitted)}, inside ${formatCount(replay.inside.size)}, expired ${formatCount(replay.expired)}, left ${formatCount(replay.leftQueue)} + ${formatCount(replay.leftActive)}`,
      [
        ...of('I2'),
        differs('admitted', flow.admitted, replay.admitted),
        differs('expired', flow.expired, replay.expired),
        differs('left the line', flow.left, replay.leftQueue),
        differs('left inside', flow.leftActive, replay.leftActive),
        differs('purchased', flow.purchased, replay.purchases.size),
        differs('claimed', flow.claimed, replay.claimed),
        differs('completed', flow.completed, replay.completed),
        differs('abandoned', flow.abandoned, replay.abandoned),
        differs('passes', stats.count.passes, replay.passes.size),
        members && difference('visitor', members.active, new Map([...replay.inside.keys()].map((visitor) => [visitor, 0])), () => true),
        inside,
      ],
    ),
    checkResultOf('I3', titles.I3, `frontier ${formatCount(replay.frontier)}; every batch was the whole line up to it`, [
      ...of('I3'),
      differs('frontier', flow.frontier, replay.frontier),
    ]),
    checkResultOf('I4', titles.I4, 'nobody was admitted while inside', of('I4')),
    checkResultOf('I5', titles.I5, `${formatCount(replay.admitted)} admissions`, of('I5')),
    checkResultOf(
      'I6',
      titles.I6,
      `at most ${formatCount(replay.fullest.inside)} inside at once${Number.isFinite(replay.fullest.limit) ? `, ${formatCount(replay.fullest.limit)} allowed then` : ''}`,
      of('I6'),
    ),
    checkResultOf(
      'I7',
      titles.I7,
      `${formatCount(replay.expired + replay.leftActive + replay.purchases.size + replay.completed + replay.abandoned)} stays ended, each with its hold`,
      of('I7'),
    ),
    checkResultOf('I8', titles.I8, `${formatCount(replay.purchases.size)} purchases of ${formatCount(replay.claimed)} sessions`, of('I8')),
    checkResultOf('I9', titles.I9, `${formatCount(replay.number)} events, numbered without a gap`, [
      ...of('I9'),
      differs('the last event', flow.event, replay.number),
    ]),
  ];
};
