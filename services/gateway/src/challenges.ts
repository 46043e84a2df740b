import type { Challenge, Problem, RpcResponse } from '@sunbeon/contracts';
import { CodedError, LRUCache, type Proofs, type RedisClient } from '@sunbeon/runtime';
import type { KnownSales } from './routes/known-sales.ts';
import { readProofTerms, type ProofTermsOfSale } from './scripts/read-proof-terms.ts';

export const challengeLimits = {
  /** Time from the start of a read for which its terms are shared, ms. */
  shareMs: 1_000,
  /** Sales whose terms are kept for that time. */
  sales: 10_000,
} as const;

interface Dependencies {
  redis: RedisClient;
  proofs: Pick<Proofs, 'challenge'>;
  /** The clock of Redis, which judges the end of a challenge. */
  now: () => number;
  knownSales: Pick<KnownSales, 'answered'>;
  made: { asked: () => void; refusal: () => void };
}

/** Challenges of proof of work, made here: of a sale, this gateway reads its terms once a second. */
export const createChallenges = ({ redis, proofs, now, knownSales, made }: Dependencies) => {
  const kept = new LRUCache<string, { terms: Promise<ProofTermsOfSale>; untilMs: number }>({ max: challengeLimits.sales });

  const termsOf = (saleId: string): Promise<ProofTermsOfSale> => {
    const known = kept.get(saleId);
    if (known && known.untilMs > performance.now()) return known.terms;
    const terms = readProofTerms.run(redis, saleId, null).then((read) => {
      knownSales.answered(saleId, read.outcome === 'no_sale' ? 404 : 200);
      if (read.outcome === 'no_sale') throw new CodedError('sale_not_found');
      return read;
    });
    kept.set(saleId, { terms, untilMs: performance.now() + challengeLimits.shareMs });
    terms.catch(() => kept.delete(saleId));
    return terms;
  };
  const make = async (saleId: string, { isRefusal = false } = {}): Promise<Challenge> => {
    const { generation, most, joins } = await termsOf(saleId);
    if (most === null) throw new CodedError('no_challenge');
    // Else a script solves its challenges before the opening, and has each of the first places. A join that was refused for its proof was possible.
    if (!joins && !isRefusal) throw new CodedError('sale_not_open', 'Challenges are given out while the sale takes joins.');
    return proofs.challenge({ saleId, generation, most, nowMs: now() });
  };

  return {
    /** Throws `sale_not_found`, `no_challenge` for a sale that asks for no proofs, and `sale_not_open` while nobody can join. */
    of: async (saleId: string): Promise<Challenge> => {
      const challenge = await make(saleId);
      made.asked();
      return challenge;
    },
    /** A fresh challenge in the problem of a join that lacks a proof; any other answer, and one for which none can be made now, stays as it is. */
    addTo: async (answer: RpcResponse, saleId: string): Promise<RpcResponse> => {
      if (!answer.text.includes('"proof_required"')) return answer;
      try {
        const problem = JSON.parse(answer.text) as Problem;
        if (problem.code !== 'proof_required') return answer;
        const text = JSON.stringify({ ...problem, challenge: await make(saleId, { isRefusal: true }) });
        made.refusal();
        return { ...answer, text };
      } catch {
        return answer;
      }
    },
  };
};
export type Challenges = ReturnType<typeof createChallenges>;
