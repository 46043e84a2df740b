/** What one gateway knows of one sale: open connections now, estimates whose end was seen since it started, the sum of their errors in seconds. */
export interface Tally { browsers: number; estimates: number; errorSeconds: number }

/** Sales remembered at once, twice as many as a gateway follows; the one that was first heard of is forgotten. */
const mostSales = 4_000;

/** Counts by sale, kept while this process lives, also when the sale is not followed for a while. */
export const createTallies = () => {
  const tallies = new Map<string, Tally>();
  const of = (saleId: string): Tally => {
    let tally = tallies.get(saleId);
    if (!tally) {
      if (tallies.size >= mostSales) tallies.delete(tallies.keys().next().value!);
      tallies.set(saleId, (tally = { browsers: 0, estimates: 0, errorSeconds: 0 }));
    }
    return tally;
  };
  return {
    all: (): Iterable<[string, Tally]> => tallies,
    browsers: (saleId: string, open: number): void => { of(saleId).browsers = open; },
    estimated: (saleId: string, seconds: number): void => {
      const tally = of(saleId);
      tally.estimates += 1;
      tally.errorSeconds += seconds;
    },
    forget: (saleId: string): void => { tallies.delete(saleId); },
  };
};
export type Tallies = ReturnType<typeof createTallies>;
