import type { OperatorSale } from '@sunbeon/contracts';

/** Time without an arrival that a busy installation may need beyond the planned interval, ms. */
const graceMs = 20_000;

/**
 * Time without an arrival, ms, after which a rehearsal has stalled: the gateway that sends its people has ended. `Infinity` while no arrival is expected.
 */
export const stalledAfterMs = ({
  status,
  soldOut,
  joined,
  rehearsal,
}: Pick<OperatorSale, 'status' | 'soldOut' | 'joined' | 'rehearsal'>): number =>
  rehearsal === undefined || status !== 'open' || soldOut || joined >= rehearsal.people
    ? Infinity
    : graceMs + (2 * rehearsal.arrivalSeconds * 1_000) / rehearsal.people;
