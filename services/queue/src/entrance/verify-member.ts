import type { KeyObject } from 'node:crypto';
import { limits } from '@sunbeon/contracts';
import { memberTokenType, ownTokenType, type Member } from '@sunbeon/runtime';
import { errors, jwtVerify, type JWTVerifyOptions, type LocalJWKSet } from 'jose';

/** `unknown_key`: no key of the set fits, which a newer set may have. */
export type MemberVerdict = { verdict: 'good'; member: Member; untilMs: number } | { verdict: 'bad' } | { verdict: 'unknown_key' };

/** How the tokens of a sale are verified: by the keys of the shop, or by the one that the login of the gateway signs with. */
export type MemberKeys =
  { kind: 'shop'; keys: LocalJWKSet; issuer: string; audience: string } | { kind: 'login'; key: KeyObject; saleId: string };

/** What shops sign with. None that a public key could be mistaken for the secret of. */
export const memberAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** Longest `sub`, characters: that of OpenID Connect. */
const subjectCharacters = 255;

/** NUL parts the input of visitor ids, and halves of characters all become the same one there. */
const isPlain = (text: unknown): text is string => typeof text === 'string' && text !== '' && !/[\0\p{Cs}]/u.test(text);

const bad: MemberVerdict = { verdict: 'bad' };

/** A member token, judged at `nowMs`. Never throws, and says nothing of why one is bad. */
export const verifyMember = async (token: string, by: MemberKeys, nowMs: number): Promise<MemberVerdict> => {
  const options: JWTVerifyOptions = {
    requiredClaims: ['iss', 'aud', 'sub', 'exp'],
    clockTolerance: limits.memberToleranceSeconds,
    currentDate: new Date(nowMs),
    audience: by.kind === 'shop' ? by.audience : by.saleId,
    ...(by.kind === 'shop' ? { algorithms: memberAlgorithms, issuer: by.issuer } : { algorithms: ['HS256'], typ: memberTokenType }),
  };
  try {
    const { payload, protectedHeader } =
      by.kind === 'shop' ? await jwtVerify(token, by.keys, options) : await jwtVerify(token, by.key, options);
    const { iss, aud, sub, exp, iat } = payload;
    if (by.kind === 'shop' && typeof protectedHeader.typ === 'string' && ownTokenType.test(protectedHeader.typ)) return bad;
    if (!isPlain(iss) || !isPlain(sub) || sub.length > subjectCharacters || typeof aud !== 'string') return bad;
    const latest = nowMs / 1_000 + limits.memberToleranceSeconds;
    if (typeof exp !== 'number' || exp > latest + limits.memberTokenSeconds || (iat !== undefined && iat > latest)) return bad;
    return { verdict: 'good', member: { iss, sub }, untilMs: (exp + limits.memberToleranceSeconds) * 1_000 };
  } catch (error) {
    return error instanceof errors.JWKSNoMatchingKey ? { verdict: 'unknown_key' } : bad;
  }
};
