import { createHash, randomBytes } from 'node:crypto';
import type { Operator, Operators } from './operators.ts';
import type { RedisClient } from './redis.ts';
import { readSession } from './scripts/read-session.ts';

/** 256 random bits; a session has a new id at each sign-in, never one that a caller brought. */
export const newSessionId = (): string => randomBytes(32).toString('base64url');
const sessionPattern = /^[\w-]{43}$/;
/** As Redis keeps it: whoever reads Redis has no session. */
export const sessionHashOf = (id: string): string => createHash('sha256').update(id).digest('base64url');
/** Hashes of those texts of a cookie that can be ids. */
export const sessionHashes = (ids: readonly string[]): string[] => ids.filter((id) => sessionPattern.test(id)).map(sessionHashOf);

/**
 * Sessions of the console. Each is the operator's for as long as name, role and token in the settings are those of the sign-in: the settings of now decide at
 * each call. Throws what scripts throw while Redis is away: nobody is signed out by that.
 */
export const createOperatorSessions = (redis: RedisClient, operators: Operators) => ({
  operatorOf: async (ids: readonly string[]): Promise<Operator | null> => {
    const hashes = sessionHashes(ids);
    if (hashes.length === 0) return null;
    const found = await readSession.run(redis, '', { ids: hashes });
    if (found.outcome === 'signed_out') return null;
    return found.fingerprints.map(operators.ofFingerprint).find((operator) => operator !== null) ?? null;
  },
});
export type OperatorSessions = ReturnType<typeof createOperatorSessions>;
