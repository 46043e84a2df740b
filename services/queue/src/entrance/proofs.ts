import type { Proofs } from '@sunbeon/runtime';
import type { EntranceChecks } from './entrance.ts';

/** Proofs of work, checked as far as the signature of the challenge and the work go. Whether one is stale or spent, the join script knows. */
export const proofChecks = ({ check }: Pick<Proofs, 'check'>): Pick<EntranceChecks, 'proof'> => ({
  proof: (saleId, payload) => {
    const proof = check(saleId, payload);
    return proof === null ? { proofFault: true } : { proof };
  },
});
