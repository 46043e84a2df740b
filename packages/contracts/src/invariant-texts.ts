/**
 * What a check of invariants says, by its code: the English text, with `{name}` for each of its values. The console has the same in other languages.
 * Codes that begin with `fault_` are violations.
 */
export const invariantTexts = {
  stock: 'total {total} = left {left} + held {held} + sold {sold}',
  fault_stock_sum: 'the stock does not add up',
  fault_stock_negative: 'a part of the stock is negative',
  fault_holds: '{deadlines} deadlines for {holds} holds',
  fault_held_by_nobody: 'tickets are held by nobody',
  fault_purchases_unsold: 'more purchases than tickets sold',
  places:
    'joined {joined} = waiting {waiting} + admitted {admitted} + left the line {left}; inside {inside} = admitted − expired {expired} − left {leftInside} − purchased {purchased} − completed {completed}',
  fault_waiting: '{expected} should wait',
  fault_inside: '{expected} should be inside',
  fault_departures: '{marked} departures marked, {counted} counted',
  fault_stays: 'more stays with a pass than visitors inside',
  fault_stay_without_pass: 'a stay has no pass',
  fault_sessions: 'more sessions than people inside',
  fault_purchases: '{kept} purchases kept, {counted} counted',
  fault_receipts: '{receipts} visitors with receipts, {bought} who bought, {cancelled} purchases cancelled',
  order: 'frontier {frontier}, line from {first} to {last}, last number given {given}',
  fault_passed_over: 'number {number} was passed over',
  fault_never_given: 'number {number} was never given',
  fault_frontier: 'the frontier is beyond the last number',
  slots: 'overdue inside {inside}, overdue holds {holds}',
  slots_without_leader: 'overdue inside {inside}, overdue holds {holds} (no leader ticks)',
  fault_overdue_inside: '{count} are inside past their deadline',
  fault_overdue_holds: '{count} holds are past their deadline',
  events: 'last event {last}, stream from {first} to {end}',
  fault_events: 'the stream ends at {end}, the sale at {last}',
} as const;
export type InvariantText = keyof typeof invariantTexts;

/** `–` stands for what there is not. */
export interface InvariantSaid {
  code: InvariantText;
  values: Record<string, number | '–'>;
}
