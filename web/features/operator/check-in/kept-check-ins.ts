import { mostRecent, type Recent } from './check-in-view.ts';

/**
 * Time for which the key of an attempt without an answer is used again, ms: the visitor still stands there. After it, a code that comes again is another
 * person's copy, and must be told from the first.
 */
export const sameAttemptMs = 120_000;

interface Attempt {
  key: string;
  atMs: number;
}
interface Kept {
  /** Check-ins whose answer has not arrived, by purchase. */
  open: Record<string, Attempt>;
  recent: readonly Recent[];
}

const nameOf = (saleId: string): string => `sunbeon:check-ins:${saleId}`;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAttempt = (value: unknown): value is Attempt =>
  isRecord(value) && typeof value['key'] === 'string' && typeof value['atMs'] === 'number';
const isRecent = (value: unknown): value is Recent =>
  isRecord(value) &&
  ['ok', 'already', 'cancelled', 'not_found'].includes(value['kind'] as string) &&
  typeof value['code'] === 'string' &&
  typeof value['atMs'] === 'number' &&
  (value['quantity'] === undefined || typeof value['quantity'] === 'number');

/** What another version, or nobody, wrote is nothing. */
export const keptOf = (text: string | null): Kept => {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    value = null;
  }
  const { open, recent } = isRecord(value) ? value : {};
  return {
    open: isRecord(open) ? (Object.fromEntries(Object.entries(open).filter(([, one]) => isAttempt(one))) as Kept['open']) : {},
    recent: Array.isArray(recent) ? recent.filter(isRecent).slice(0, mostRecent) : [],
  };
};

/** What this device remembers of the check-ins of a sale, over a reload too; in memory alone where nothing can be stored. */
export const keptCheckIns = (saleId: string) => {
  let kept: Kept = { open: {}, recent: [] };
  try {
    kept = keptOf(localStorage.getItem(nameOf(saleId)));
  } catch {
    // Nothing is stored where nothing can be.
  }
  const write = (changed: Partial<Kept>): void => {
    kept = { ...kept, ...changed };
    try {
      localStorage.setItem(nameOf(saleId), JSON.stringify(kept));
    } catch {
      // As above.
    }
  };
  return {
    recent: () => kept.recent,
    keepRecent: (recent: readonly Recent[]) => write({ recent }),
    /** The key of this check-in: of an attempt a moment ago whose answer has not arrived, else the new one, which is written down before it is sent. */
    keyOf: (purchaseId: string, nowMs: number, newKey: () => string): string => {
      const fresh = Object.entries(kept.open).filter(([, { atMs }]) => Math.abs(nowMs - atMs) < sameAttemptMs);
      const open = Object.fromEntries(fresh);
      const attempt = open[purchaseId] ?? { key: newKey(), atMs: nowMs };
      write({ open: { ...open, [purchaseId]: attempt } });
      return attempt.key;
    },
    /** Its answer is here: the next one is another attempt. */
    answered: (purchaseId: string): void => {
      const { [purchaseId]: _, ...open } = kept.open;
      write({ open });
    },
  };
};
export type KeptCheckIns = ReturnType<typeof keptCheckIns>;
