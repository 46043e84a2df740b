import { CodedError } from '@sunbeon/runtime';
import type { ShopOutcome, ShopRefusal } from '../scripts/outcome.ts';

const details: Record<ShopRefusal, string> = {
  not_admitted: 'The visitor is not admitted, or the deadline has passed.',
  sold_out: 'Everything is sold.',
  insufficient_stock: 'There are not that many left now; some may return.',
  limit_exceeded: 'That is more than one visitor may have, counting what you bought and what you hold. Confirm or release a hold first.',
  idempotency_conflict: 'This key was used for another request; take a new key for a new intent.',
  rate_limited:
    'Too many tries were refused in this session, or too many holds were given back. Confirm a hold, or join again after the session.',
  confirm_by_shop: 'Pay in the shop: it confirms the tickets that you hold.',
  sale_is_gate: 'This sale lets you into a shop, which sells.',
  hold_not_found: 'There is no such hold, or its time is over.',
};
const retryLater = { 'retry-after': '60' };
const replay = { 'idempotency-replayed': 'true' };

/** 201 with the result, or the refusal as a problem; a replayed answer is marked. */
export const answerOf = <T>(outcome: ShopOutcome<T>): { status: 201; body: T; headers?: Record<string, string> } => {
  if (outcome.outcome === 'refused') {
    throw new CodedError(outcome.why, details[outcome.why], outcome.replayed ? replay : outcome.why === 'rate_limited' ? retryLater : {});
  }
  return { status: 201, body: outcome.result, ...(outcome.replayed ? { headers: replay } : {}) };
};
