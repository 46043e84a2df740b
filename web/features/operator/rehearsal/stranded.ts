import type { OperatorSale } from '@sunbeon/contracts';

/** Time without an arrival that a busy installation may need beyond the planned interval, ms. */
const graceMs = 20_000;

/**
 * Time without an arrival, ms, after which nobody more comes although people are missing: a gateway sends them, and has ended. `Infinity` while none are
 * expected.
 */
export const strandedAfterMs = ({
  status,
  soldOut,
  joined,
  rehearsal,
}: Pick<OperatorSale, 'status' | 'soldOut' | 'joined' | 'rehearsal'>): number =>
  rehearsal === undefined || status !== 'open' || soldOut || joined >= rehearsal.people
    ? Infinity
    : graceMs + (2 * rehearsal.arrivalSeconds * 1_000) / rehearsal.people;
