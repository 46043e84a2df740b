/** Why a join gets no place; `member_key_awaited` and `member_unavailable` are answered as `unavailable`. */
export const joinRefusals = [
  'sale_not_open',
  'sold_out',
  'limit_exceeded',
  'idempotency_conflict',
  'rate_limited',
  'member_required',
  'invalid_member',
  'member_key_awaited',
  'member_unavailable',
  'proof_required',
  'proof_invalid',
  'code_invalid',
] as const;
export type JoinRefusal = (typeof joinRefusals)[number];

/** Outcomes of joins, as counted. */
export const joinOutcomes = ['joined', 'waiting', 'admitted', 'lobby', 'repeated', ...joinRefusals, 'failed'] as const;
