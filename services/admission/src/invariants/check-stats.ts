import { limits } from '@sunbeon/contracts';
import type { Stats } from '../scripts/read-stats.ts';
import { formatCount, checkResultOf, type CheckResult } from './check-result.ts';

/** Invariants that one consistent read of the counts covers: cheap enough for every ten seconds of a live sale. */
export const checkStats = (stats: Stats): CheckResult[] => {
  const { stock, flow, count } = stats;
  const inLine = flow.seq - flow.admitted - flow.left - count.unplaced;
  const inside = flow.admitted - flow.expired - flow.leftActive - flow.purchased - flow.completed - flow.abandoned;
  const isTicking = stats.nowMs - flow.tickAtMs < limits.overdueMs;
  return [
    checkResultOf(
      'I1',
      'stock',
      `total ${formatCount(stock.total)} = left ${formatCount(stock.left)} + held ${formatCount(stock.held)} + sold ${formatCount(stock.sold)}`,
      [
        stock.left + stock.held + stock.sold !== stock.total && 'the stock does not add up',
        Math.min(stock.left, stock.held, stock.sold) < 0 && 'a part of the stock is negative',
        count.holds !== count.holdData && `${count.holds} deadlines for ${count.holdData} holds`,
        stock.held > 0 && count.holds === 0 && 'tickets are held by nobody',
        count.purchases - flow.cancelled > stock.sold && 'more purchases than tickets sold',
      ],
    ),
    checkResultOf(
      'I2',
      'places',
      `joined ${formatCount(flow.seq)} = waiting ${formatCount(count.queue)} + admitted ${formatCount(flow.admitted)} + left the line ${formatCount(flow.left)}; inside ${formatCount(count.active)} = admitted − expired ${formatCount(flow.expired)} − left ${formatCount(flow.leftActive)} − purchased ${formatCount(flow.purchased)} − completed ${formatCount(flow.completed + flow.abandoned)}`,
      [
        count.queue !== inLine && `${inLine} should wait`,
        count.active !== inside && `${inside} should be inside`,
        count.departed + count.unwritten !== flow.left && `${count.departed} departures marked, ${flow.left} counted`,
        count.stays > count.active && 'more stays with a pass than visitors inside',
        count.stays > count.passes && 'a stay has no pass',
        count.sessions > count.active && 'more sessions than people inside',
        count.purchases !== flow.purchased && `${count.purchases} purchases kept, ${flow.purchased} counted`,
        (count.receipts < count.bought || count.receipts - count.bought > flow.cancelled) &&
          `${count.receipts} visitors with receipts, ${count.bought} who bought, ${flow.cancelled} purchases cancelled`,
      ],
    ),
    checkResultOf(
      'I3',
      'order',
      `frontier ${formatCount(flow.frontier)}, line from ${stats.queueFirst ?? '–'} to ${stats.queueLast ?? '–'}, last number given ${formatCount(flow.seq)}`,
      [
        stats.queueFirst !== null && stats.queueFirst <= flow.frontier && `number ${stats.queueFirst} was passed over`,
        stats.queueLast !== null && stats.queueLast > flow.seq && `number ${stats.queueLast} was never given`,
        flow.frontier > flow.seq && 'the frontier is beyond the last number',
      ],
    ),
    checkResultOf(
      'I7',
      'slots come back',
      `overdue inside ${count.overdueActive}, overdue holds ${count.overdueHolds}${isTicking ? '' : ' (no leader ticks)'}`,
      [
        isTicking && count.overdueActive > 0 && `${count.overdueActive} are inside past their deadline`,
        isTicking && count.overdueHolds > 0 && `${count.overdueHolds} holds are past their deadline`,
      ],
    ),
    checkResultOf(
      'I9',
      'events',
      `last event ${formatCount(flow.event)}, stream from ${stats.eventFirst ?? '–'} to ${stats.eventLast ?? '–'}`,
      [stats.eventLast !== flow.event && `the stream ends at ${stats.eventLast ?? 'nothing'}, the sale at ${flow.event}`],
    ),
  ];
};
