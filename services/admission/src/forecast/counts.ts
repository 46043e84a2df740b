import type { Gauges } from '../scripts/read-gauges.ts';
import type { SaleCounts } from './demand.ts';

/** The counts of a forecast from the counts of a sale. A gate has no tickets: each stay that ended with a purchase counts as one. */
export const countsOf = ({
  nowMs,
  status,
  admitPerSecond,
  activeLimit,
  perVisitorLimit,
  isGate,
  waiting,
  active,
  holds,
  stock,
  flow,
}: CountsRead): SaleCounts => ({
  atMs: nowMs,
  isOpen: status === 'open',
  admitted: flow.admitted,
  waiting,
  active,
  joined: flow.joined,
  leftQueue: flow.leftQueue,
  taken: isGate ? flow.completed : stock.sold + stock.held + flow.cancelledTickets,
  orders: isGate ? flow.completed : flow.purchased + holds,
  left: isGate ? null : stock.left,
  held: isGate ? 0 : stock.held,
  perVisitorLimit,
  admitPerSecond,
  activeLimit,
});

type CountsRead = Pick<
  Gauges,
  'nowMs' | 'status' | 'admitPerSecond' | 'activeLimit' | 'perVisitorLimit' | 'isGate' | 'waiting' | 'active' | 'holds' | 'stock'
> & { flow: Pick<Gauges['flow'], 'admitted' | 'joined' | 'leftQueue' | 'completed' | 'purchased' | 'cancelledTickets'> };
