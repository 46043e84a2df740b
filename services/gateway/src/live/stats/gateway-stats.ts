/** Stats of one sale in one gateway: open connections, estimates completed since its start, the sum of their errors in seconds. */
export interface Stats {
  browsers: number;
  estimates: number;
  errorSeconds: number;
}

/** Sales remembered, twice as many as a gateway follows; the oldest is evicted. */
const mostSales = 4_000;

/** Stats by sale, kept while this process lives, also when the sale is not followed for a while. */
export const createGatewayStats = () => {
  const gatewayStats = new Map<string, Stats>();
  const of = (saleId: string): Stats => {
    let stats = gatewayStats.get(saleId);
    if (!stats) {
      if (gatewayStats.size >= mostSales) gatewayStats.delete(gatewayStats.keys().next().value!);
      gatewayStats.set(saleId, (stats = { browsers: 0, estimates: 0, errorSeconds: 0 }));
    }
    return stats;
  };
  return {
    all: (): Iterable<[string, Stats]> => gatewayStats,
    browsers: (saleId: string, open: number): void => {
      of(saleId).browsers = open;
    },
    estimated: (saleId: string, seconds: number): void => {
      const stats = of(saleId);
      stats.estimates += 1;
      stats.errorSeconds += seconds;
    },
    forget: (saleId: string): void => {
      gatewayStats.delete(saleId);
    },
  };
};
export type GatewayStats = ReturnType<typeof createGatewayStats>;
