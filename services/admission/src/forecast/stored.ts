import type { Demand, SaleCounts } from './demand.ts';
import { observe } from './demand.ts';
import { forecastOf } from './forecast.ts';

/** Fields `forecast` (the past that the next tick goes on from) and `chances` of `flow`, both JSON. */
export interface StoredForecast {
  forecast: string;
  chances: string;
}

/** Digits of a stored number: totals of a sale are whole. */
const digits = 9;

/** The stored past; null for none, or one that cannot be read, after which the next tick begins anew. */
export const pastOf = (text: string): Demand | null => {
  try {
    return JSON.parse(text) as Demand;
  } catch {
    return null;
  }
};

/** What a tick stores; null when nothing has happened since the last one and nobody is in the sale: thousands of idle sales write nothing. */
export const nextForecast = (text: string, now: SaleCounts): StoredForecast | null => {
  const past = pastOf(text);
  if (past !== null && now.waiting === 0 && now.active === 0 && now.admitted === past.admitted && now.joined === past.joined) return null;
  const next = observe(past, now);
  const { chances } = forecastOf(next, now);
  return {
    forecast: JSON.stringify(next, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value,
    ),
    chances: chances.length === 0 ? '' : JSON.stringify(chances),
  };
};
