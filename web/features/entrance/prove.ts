import type { Challenge } from '@sunbeon/client';
import { api, type Failure } from '../../lib/api.ts';
import { solveChallenge } from '../../lib/proof/solve-challenge.ts';
import { retrying } from '../../lib/retry.ts';

const attempts = 4;

/** A solved challenge: that of the refusal, or a new one. Null when none can be had: the join then says why. */
export const prove = async (saleId: string, refusal: Failure | null, onProgress: (done: number | null) => void): Promise<string | null> => {
  const given = refusal !== null && 'challenge' in refusal ? (refusal.challenge as Challenge | undefined) : undefined;
  const asked = given === undefined ? await retrying(() => api.challenge(saleId), { attempts }) : null;
  const challenge = given ?? (asked?.ok ? asked.value : null);
  if (challenge === null) return null;
  onProgress(0);
  try {
    return await solveChallenge(challenge, { onProgress });
  } catch {
    return null;
  } finally {
    onProgress(null);
  }
};
