import { limits } from '@sunbeon/contracts';
import type { Stats } from '../scripts/read-stats.ts';
import { checkOf, type CheckResult } from './check-result.ts';

/** Invariants that one consistent read of the counts covers: cheap enough for every ten seconds of a live sale. */
export const checkStats = (stats: Stats): CheckResult[] => {
  const { stock, flow, count } = stats;
  const inLine = flow.seq - flow.admitted - flow.left - count.unplaced;
  const inside = flow.admitted - flow.expired - flow.leftActive - flow.purchased - flow.completed - flow.abandoned;
  const isTicking = stats.nowMs - flow.tickAtMs < limits.overdueMs;
  const none = '–' as const;
  return [
    checkOf('I1', 'stock', { code: 'stock', values: { ...stock } }, [
      stock.left + stock.held + stock.sold !== stock.total && { code: 'fault_stock_sum', values: {} },
      Math.min(stock.left, stock.held, stock.sold) < 0 && { code: 'fault_stock_negative', values: {} },
      count.holds !== count.holdData && { code: 'fault_holds', values: { deadlines: count.holds, holds: count.holdData } },
      stock.held > 0 && count.holds === 0 && { code: 'fault_held_by_nobody', values: {} },
      count.purchases - flow.cancelled > stock.sold && { code: 'fault_purchases_unsold', values: {} },
    ]),
    checkOf(
      'I2',
      'places',
      {
        code: 'places',
        values: {
          joined: flow.seq,
          waiting: count.queue,
          admitted: flow.admitted,
          left: flow.left,
          inside: count.active,
          expired: flow.expired,
          leftInside: flow.leftActive,
          purchased: flow.purchased,
          completed: flow.completed + flow.abandoned,
        },
      },
      [
        count.queue !== inLine && { code: 'fault_waiting', values: { expected: inLine } },
        count.active !== inside && { code: 'fault_inside', values: { expected: inside } },
        count.departed + count.unwritten !== flow.left && {
          code: 'fault_departures',
          values: { marked: count.departed, counted: flow.left },
        },
        count.stays > count.active && { code: 'fault_stays', values: {} },
        count.stays > count.passes && { code: 'fault_stay_without_pass', values: {} },
        count.sessions > count.active && { code: 'fault_sessions', values: {} },
        count.purchases !== flow.purchased && { code: 'fault_purchases', values: { kept: count.purchases, counted: flow.purchased } },
        (count.receipts < count.bought || count.receipts - count.bought > flow.cancelled) && {
          code: 'fault_receipts',
          values: { receipts: count.receipts, bought: count.bought, cancelled: flow.cancelled },
        },
      ],
    ),
    checkOf(
      'I3',
      'order',
      {
        code: 'order',
        values: { frontier: flow.frontier, first: stats.queueFirst ?? none, last: stats.queueLast ?? none, given: flow.seq },
      },
      [
        stats.queueFirst !== null &&
          stats.queueFirst <= flow.frontier && { code: 'fault_passed_over', values: { number: stats.queueFirst } },
        stats.queueLast !== null && stats.queueLast > flow.seq && { code: 'fault_never_given', values: { number: stats.queueLast } },
        flow.frontier > flow.seq && { code: 'fault_frontier', values: {} },
      ],
    ),
    checkOf(
      'I7',
      'slots come back',
      { code: isTicking ? 'slots' : 'slots_without_leader', values: { inside: count.overdueActive, holds: count.overdueHolds } },
      [
        isTicking && count.overdueActive > 0 && { code: 'fault_overdue_inside', values: { count: count.overdueActive } },
        isTicking && count.overdueHolds > 0 && { code: 'fault_overdue_holds', values: { count: count.overdueHolds } },
      ],
    ),
    checkOf(
      'I9',
      'events',
      { code: 'events', values: { last: flow.event, first: stats.eventFirst ?? none, end: stats.eventLast ?? none } },
      [stats.eventLast !== flow.event && { code: 'fault_events', values: { end: stats.eventLast ?? none, last: flow.event } }],
    ),
  ];
};
