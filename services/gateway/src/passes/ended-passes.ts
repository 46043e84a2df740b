import type { SaleEvent } from '@sunbeon/contracts';
import { LRUCache } from '@sunbeon/runtime';
import type { Pass } from './verify-pass.ts';

/** Ends remembered by one process, of all sales; the oldest are forgotten. At 500 completions a second this is longer than a stay of five minutes. */
export const endedPassesLimit = 200_000;

/** Passes whose stay ended before their time. A pass is well signed until `exp`; who knows better refuses it. */
export interface EndedPasses {
  apply: (saleId: string, event: SaleEvent) => void;
  isEnded: (pass: Pass) => boolean;
  size: () => number;
}

export const createEndedPasses = (limit: number = endedPassesLimit): EndedPasses => {
  const byPass = new LRUCache<string, true>({ max: limit });
  /** Ends that name the visitor alone: all passes made until then, but not the one of a later stay. */
  const byVisitor = new LRUCache<string, { atMs: number; laterPassId: string | null }>({ max: limit });
  const keyOf = (saleId: string, visitor: string): string => `${saleId} ${visitor}`;

  return {
    apply: (saleId, { type, data, atMs }) => {
      switch (type) {
        case 'completed':
          byPass.set(data.passId, true);
          return;
        case 'purchased':
          byVisitor.set(keyOf(saleId, data.visitor), { atMs, laterPassId: null });
          return;
        case 'expired':
          if (data.reason === 'session_over') byVisitor.set(keyOf(saleId, data.visitor), { atMs, laterPassId: null });
          return;
        case 'pass_issued': {
          const end = byVisitor.get(keyOf(saleId, data.visitor));
          if (end) end.laterPassId = data.passId;
          return;
        }
        default:
      }
    },
    isEnded: ({ saleId, passId, visitorId, iat }) => {
      if (byPass.has(passId)) return true;
      const end = byVisitor.get(keyOf(saleId, visitorId));
      return end !== undefined && iat * 1_000 <= end.atMs && passId !== end.laterPassId;
    },
    size: () => byPass.size + byVisitor.size,
  };
};
