import {
  rehearsalDefaults,
  rehearsalLimits,
  type CreateSale,
  type OperatorSale,
  type Rehearsal,
  type StartRehearsal,
} from '@sunbeon/contracts';

/** Stored with a rehearsal, beside its settings. */
export interface RehearsalFields {
  rehearsalOf: string;
  /** When the ticker deletes it, ms. */
  rehearsalUntil: number;
  /** JSON of its people. */
  rehearsalPlan: string;
}

/** All of a plan, with what was not said. */
export const planOf = (asked: StartRehearsal): Omit<Rehearsal, 'of' | 'until'> => ({ ...rehearsalDefaults, ...asked });

/** Whether a copy was made by the same call. */
export const isOfCall = ({ rehearsal }: OperatorSale, saleId: string, asked: StartRehearsal): boolean =>
  rehearsal?.of === saleId && Object.entries(planOf(asked)).every(([name, value]) => rehearsal[name as keyof StartRehearsal] === value);

/**
 * The settings of a rehearsal: pace, limits, windows and stock of its sale. Not what would need real people or reach others: lobby and times, message,
 * planned changes, access codes, members, proof of work, and the shop that confirms.
 */
export const copyOf = (sale: OperatorSale, saleId: string, asked: StartRehearsal, nowMs: number): CreateSale & RehearsalFields => {
  const { title, kind, admitPerSecond, activeLimit, claimSeconds, sessionSeconds, maxExtensions } = sale;
  const { holdSeconds, perVisitorLimit, returnUrls, stock, timeZone } = sale;
  const closesAtMs = nowMs + planOf(asked).minutes * 60_000;
  return {
    saleId,
    title,
    kind,
    admitPerSecond,
    activeLimit,
    claimSeconds,
    sessionSeconds,
    maxExtensions,
    timeZone,
    ...(stock === undefined ? {} : { stock: stock.total }),
    ...(holdSeconds === undefined ? {} : { holdSeconds }),
    ...(perVisitorLimit === undefined ? {} : { perVisitorLimit, confirmBy: 'visitor' as const }),
    ...(kind === 'gate' && returnUrls !== undefined ? { returnUrls } : {}),
    closesAt: new Date(closesAtMs).toISOString(),
    rehearsalOf: sale.saleId,
    rehearsalUntil: closesAtMs + rehearsalLimits.readMs,
    rehearsalPlan: JSON.stringify(planOf(asked)),
  };
};
