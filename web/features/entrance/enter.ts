import type { Place, Sale } from '@sunbeon/contracts';
import type { Challenge } from '@sunbeon/client';
import { api, isTransient, type Answer, type Failure } from '../../lib/api.ts';
import { oneAtATime } from '../../lib/one-at-a-time.ts';
import { retrying } from '../../lib/retry.ts';

/** What a visitor shows at the entrance. */
export interface Shown {
  code?: string | undefined;
  member?: string | undefined;
}

const attempts = 4;
/** Solved challenges of one join: a second one when the first is refused, because it took too long or its key was changed. */
const proofTries = 3;
/** A token unknown to one instance may be known to the next during a key rotation: without a retry a join would make a second place. */
export const isWorthAnotherTry = (failure: Failure): boolean => isTransient(failure) || failure.code === 'invalid_token';

/** The sale is for members, and what was shown is no good token of one. */
export const isSignInNeeded = ({ code }: Failure): boolean => code === 'member_required' || code === 'invalid_member';

const refusedProof = ({ code }: Failure): boolean => code === 'proof_required' || code === 'proof_invalid';

/** A solved challenge: that of the refusal, or a new one. Null when none can be had: the join then says why. */
const proofOf = async (saleId: string, refusal: Failure | null, onProgress: (done: number | null) => void): Promise<string | null> => {
  const given = refusal !== null && 'challenge' in refusal ? (refusal.challenge as Challenge | undefined) : undefined;
  const asked = given === undefined ? await retrying(() => api.challenge(saleId), { attempts }) : null;
  const challenge = given ?? (asked?.ok ? asked.value : null);
  if (challenge === null) return null;
  onProgress(0);
  try {
    // Loaded where a proof is wanted, and nowhere else.
    const { solveChallenge } = await import('../../lib/proof/solve-challenge.ts');
    return await solveChallenge(challenge, { onProgress });
  } catch {
    return null;
  } finally {
    onProgress(null);
  }
};

/**
 * Joins with what the sale asks for: a proof of work is computed when it is wanted, and the second tab of this browser waits for the first. `onProgress`:
 * share of the computation, null while there is none. `isAnew`: as another visitor than the one whose place this browser has.
 */
export const enter = (
  saleId: string,
  { proofWanted, isAnew = false }: Pick<Sale, 'proofWanted'> & { isAnew?: boolean },
  shown: Shown,
  onProgress: (done: number | null) => void,
): Promise<Answer<Place>> => {
  const join = isAnew ? api.joinAnew : api.join;
  return oneAtATime(saleId, async (idempotencyKey) => {
    let proof = proofWanted ? await proofOf(saleId, null, onProgress) : null;
    for (let tries = proofTries; ; tries -= 1) {
      const answer = await retrying(() => join(saleId, { ...shown, proof: proof ?? undefined, idempotencyKey }), {
        attempts,
        isWorthIt: isWorthAnotherTry,
      });
      // The other tab was first, with a proof of its own: the place is this browser's, and so is its cookie.
      if (!answer.ok && answer.failure.code === 'idempotency_conflict') return await join(saleId, shown);
      if (answer.ok && isAnew) await api.adopt(saleId, answer.value.token);
      if (answer.ok || !refusedProof(answer.failure) || tries === 1) return answer;
      proof = await proofOf(saleId, answer.failure, onProgress);
      if (proof === null) return answer;
    }
  });
};
