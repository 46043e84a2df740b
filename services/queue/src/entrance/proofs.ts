import type { EntranceChecks } from './entrance.ts';

/** Proofs of work, checked as far as the signature of the challenge and the work go. */
export const proofChecks = (): Pick<EntranceChecks, 'proof'> => ({ proof: () => ({ proofFault: true }) });
