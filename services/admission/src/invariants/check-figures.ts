import type { Figures } from '../scripts/read-figures.ts';
import { figure, checkResultOf, type CheckResult } from './check-result.ts';

/** A deadline that passed this long ago should have been swept, if somebody leads; also the grace of the script, ms. */
const sweptAfterMs = 5_000;

/** What one consistent look at the counts can tell: cheap enough for every ten seconds of a live sale. */
export const checkFigures = (figures: Figures): CheckResult[] => {
  const { stock, flow, count } = figures;
  const inLine = flow.seq - flow.admitted - flow.left;
  const inside = flow.admitted - flow.expired - flow.leftActive - flow.purchased;
  const isTicking = figures.nowMs - flow.tickAtMs < sweptAfterMs;
  return [
    checkResultOf('I1', 'stock', `total ${figure(stock.total)} = left ${figure(stock.left)} + held ${figure(stock.held)} + sold ${figure(stock.sold)}`, [
      stock.left + stock.held + stock.sold !== stock.total && 'the stock does not add up',
      Math.min(stock.left, stock.held, stock.sold) < 0 && 'a part of the stock is negative',
      count.holds !== count.holdData && `${count.holds} deadlines for ${count.holdData} holds`,
      stock.held > 0 && count.holds === 0 && 'tickets are held by nobody',
      count.purchases > stock.sold && 'more purchases than tickets sold',
    ]),
    checkResultOf(
      'I2',
      'places',
      `joined ${figure(flow.seq)} = waiting ${figure(count.queue)} + admitted ${figure(flow.admitted)} + left the line ${figure(flow.left)}; inside ${figure(count.active)} = admitted − expired ${figure(flow.expired)} − left ${figure(flow.leftActive)} − purchased ${figure(flow.purchased)}`,
      [
        count.queue !== inLine && `${inLine} should wait`,
        count.active !== inside && `${inside} should be inside`,
        count.departed !== flow.left && `${count.departed} departures marked, ${flow.left} counted`,
        count.sessions > count.active && 'more sessions than people inside',
        count.purchases !== flow.purchased && `${count.purchases} purchases kept, ${flow.purchased} counted`,
        count.receipts !== count.bought && `${count.receipts} visitors with receipts, ${count.bought} who bought`,
      ],
    ),
    checkResultOf('I3', 'order', `frontier ${figure(flow.frontier)}, line from ${figures.queueFirst ?? '–'} to ${figures.queueLast ?? '–'}, last number given ${figure(flow.seq)}`, [
      figures.queueFirst !== null && figures.queueFirst <= flow.frontier && `number ${figures.queueFirst} was passed over`,
      figures.queueLast !== null && figures.queueLast > flow.seq && `number ${figures.queueLast} was never given`,
      flow.frontier > flow.seq && 'the frontier is beyond the last number',
    ]),
    checkResultOf('I7', 'slots come back', `overdue inside ${count.overdueActive}, overdue holds ${count.overdueHolds}${isTicking ? '' : ' (no leader ticks)'}`, [
      isTicking && count.overdueActive > 0 && `${count.overdueActive} are inside past their deadline`,
      isTicking && count.overdueHolds > 0 && `${count.overdueHolds} holds are past their deadline`,
    ]),
    checkResultOf('I9', 'events', `last event ${figure(flow.event)}, stream from ${figures.eventFirst ?? '–'} to ${figures.eventLast ?? '–'}`, [
      figures.eventLast !== flow.event && `the stream ends at ${figures.eventLast ?? 'nothing'}, the sale at ${flow.event}`,
    ]),
  ];
};
