import { createHash } from 'node:crypto';
import type { JoinRequest } from '@sunbeon/contracts';
import type { Entrance } from '../scripts/join.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Checks of what a visitor shows at the entrance, before the script: signatures, never what is stored. */
export interface EntranceChecks {
  proof: (saleId: string, payload: string) => Pick<Entrance, 'proof' | 'proofFault'>;
  member: (saleId: string, token: string) => Promise<Pick<Entrance, 'member' | 'settings' | 'memberFault'>>;
  /** Reads the settings of the sale again at its next member token, unless others than those of the version `refused` were read meanwhile. */
  forget: (saleId: string, refused: string) => void;
}

/** What a join shows, for the script; undefined for nothing. */
export const entranceOf = async (
  checks: EntranceChecks,
  saleId: string,
  { proof, member, code }: JoinRequest,
  key: string | undefined,
  isLimited: boolean,
): Promise<Entrance | undefined> => {
  const showsNothing = proof === undefined && member === undefined && code === undefined;
  if (key === undefined && showsNothing) return undefined;
  return {
    ...(isLimited ? { limited: true } : {}),
    ...(key === undefined ? {} : { key: hashOf(key), body: showsNothing ? 'none' : hashOf(JSON.stringify([proof, member, code])) }),
    ...(proof === undefined ? {} : checks.proof(saleId, proof)),
    ...(member === undefined ? {} : await checks.member(saleId, member)),
    ...(code === undefined ? {} : { code }),
  };
};
