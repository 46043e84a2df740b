import type { SaleStats } from '@sunbeon/contracts';
import type { SaleCounts } from './demand.ts';
import { forecastOf, type Span } from './forecast.ts';
import { pastOf } from './stored.ts';

const told = {
  /** Half a range of tickets per admission, standard deviations: nine of ten. */
  range: 1.645,
  /** Oldest past from which a forecast is made, ms: without a leader nothing goes on as it did. */
  freshMs: 10_000,
} as const;

const two = (value: number): number => Math.round(value * 100) / 100;

/** The forecast in the stats of a sale: times of the clock, by what the last tick stored; without it nothing is known. */
export const toldForecast = (stored: string, now: SaleCounts): Pick<SaleStats, 'forecast' | 'conversion'> => {
  const past = stored === '' ? null : pastOf(stored);
  if (past === null || now.admitted === 0) return {};
  const { yields, soldOut, lineEmpty, pace } = forecastOf(past, now);
  const conversion = yields === null ? {} : { conversion: two(yields.conversion) };
  if (now.isOpen && now.atMs - past.atMs > told.freshMs) return conversion;
  const at = (seconds: number): string => new Date(now.atMs + seconds * 1_000).toISOString();
  const period = ({ from, to }: Span) => ({ from: at(from), ...(to === undefined ? {} : { to: at(to) }) });
  const half = told.range * (yields?.deviation ?? 0);
  return {
    ...conversion,
    forecast: {
      ...(soldOut ? { soldOut: period(soldOut) } : {}),
      ...(lineEmpty ? { lineEmpty: period(lineEmpty) } : {}),
      pace: Number(pace.toPrecision(3)),
      ...(yields === null
        ? {}
        : {
            ticketsPerAdmission: {
              low: two(Math.max(0, yields.mean - half)),
              high: two(Math.min(now.perVisitorLimit, yields.mean + half)),
            },
          }),
    },
  };
};
