import { proofMost, saleDefaults, saleStates, type SaleStatus } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

/** `most`: counters of a challenge; null for a sale that asks for no proofs. */
export interface ProofTermsOfSale {
  generation: string;
  most: number | null;
  /** Whether the sale takes joins now. */
  joins: boolean;
}

const mostOf = (proofOfWork: string, seconds: string, level: string): number | null => {
  if (proofOfWork !== 'on' && proofOfWork !== 'auto') return null;
  return proofMost(seconds === '' ? saleDefaults.proofOfWorkSeconds : Number(seconds), proofOfWork === 'auto' ? Number(level) : null);
};

/** What a challenge of a sale says and costs now. */
export const readProofTerms = defineScript<null, ({ outcome: 'read' } & ProofTermsOfSale) | NoSale>({
  name: 'gateway/read-proof-terms',
  url: new URL('./read-proof-terms.lua', import.meta.url),
  keys: ['sale', 'flow'],
  arguments: () => [],
  decode: (reply) => {
    const [generation, proofOfWork, seconds, level, status] = reply as string[];
    if (generation === undefined) return { outcome: 'no_sale' };
    return { outcome: 'read', generation, most: mostOf(proofOfWork!, seconds!, level!), joins: saleStates[status as SaleStatus].joins };
  },
});
