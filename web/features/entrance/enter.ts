import type { Place, Sale } from '@sunbeon/contracts';
import { api, type Answer, type Failure } from '../../lib/api.ts';
import { forgetJoin, keepJoin, keptJoin } from '../../lib/kept-join.ts';
import { newKey } from '../../lib/new-key.ts';
import { oneAtATime } from '../../lib/one-at-a-time.ts';
import { isAnswered, isUnknown, retrying } from '../../lib/retry.ts';

/** What a visitor shows at the entrance. */
export interface Shown {
  code?: string | undefined;
  member?: string | undefined;
}

const attempts = 4;
/** Solved challenges of one join: a second one when the first is refused, because it took too long or its key was changed. */
const proofTries = 3;

/** The sale is for members, and what was shown is no good token of one. */
export const isSignInNeeded = ({ code }: Failure): boolean => code === 'member_required' || code === 'invalid_member';

const isConflict = (answer: Answer<Place>): boolean => !answer.ok && answer.failure.code === 'idempotency_conflict';
const refusedProof = ({ code }: Failure): boolean => code === 'proof_required' || code === 'proof_invalid';

/** As `prove`, whose code is loaded where a proof is wanted, and nowhere else. */
const proofOf = (saleId: string, refusal: Failure | null, onProgress: (done: number | null) => void): Promise<string | null> =>
  import('./prove.ts').then(
    ({ prove }) => prove(saleId, refusal, onProgress),
    () => null,
  );

/**
 * Joins with what the sale asks for: a proof of work is computed when it is wanted, and the second tab of this browser waits for the first. `onProgress`:
 * share of the computation, null while there is none. `isAnew`: as another visitor than the one whose place this browser has. `intent`: the key of the
 * page's form. A join without an answer keeps its key for the next one, also after a reload of the tab.
 */
export const enter = async (
  saleId: string,
  { proofWanted, intent, isAnew = false }: Pick<Sale, 'proofWanted'> & { intent: string; isAnew?: boolean },
  shown: Shown,
  onProgress: (done: number | null) => void,
): Promise<Answer<Place>> => {
  const join = isAnew ? api.joinAnew : api.join;
  const name = isAnew ? `${saleId}:anew` : saleId;
  const before = keptJoin(name, isAnew ? newKey() : intent);
  const answer = await oneAtATime(name, before.idempotencyKey, async (idempotencyKey) => {
    // What was sent under the key belongs to it; and nobody computes twice.
    let proof = before.proof ?? (proofWanted ? await proofOf(saleId, null, onProgress) : null);
    for (let tries = proofTries; ; tries -= 1) {
      const sent = { ...shown, proof: proof ?? undefined, idempotencyKey };
      keepJoin(name, sent);
      let result = await retrying(() => join(saleId, sent), { attempts, isWorthIt: isUnknown });
      // The key has a place, and the code has changed since then, or the form had no proof: that place is this browser's.
      if (isConflict(result)) result = await join(saleId, { ...before, idempotencyKey });
      // The other tab was first, with a proof of its own: so is its cookie.
      if (isConflict(result)) result = await join(saleId, { ...sent, idempotencyKey: undefined });
      if (result.ok && isAnew) await api.adopt(saleId, result.value.token);
      if (result.ok || !refusedProof(result.failure) || tries === 1) return result;
      proof = await proofOf(saleId, result.failure, onProgress);
      if (proof === null) return result;
    }
  });
  if (isAnswered(answer)) forgetJoin(name);
  return answer;
};
