import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { limits } from '@sunbeon/contracts';

/** `typ` of the member tokens that the login of the gateway signs. */
export const memberTokenType = 'sunbeon-member+jwt';
/** Of every other token with a `typ` of ours. */
export const ownTokenType = /^(application\/)?sunbeon-/i;

/** A person, as the provider of the login knows them. Neither is stored or logged. */
export interface Member {
  iss: string;
  sub: string;
}

/** A key of its own for each use of `MEMBER_SECRET`, so that what is made with one proves nothing to another. */
export const memberKeyOf = (secret: string, use: 'login token' | 'login cookie'): KeyObject =>
  createSecretKey(createHmac('sha256', secret).update(`sunbeon ${use}`).digest());

/** Characters of a visitor id. */
const visitorIdCharacters = 22;

/** The visitor of a member: the same on every device, and not to be traced back without the secret. */
export const memberVisitorOf = (secret: string): ((saleId: string, member: Member) => string) => {
  const key = createSecretKey(Buffer.from(secret));
  return (saleId, { iss, sub }) =>
    createHmac('sha256', key).update(`${saleId}\0${iss}\0${sub}`).digest('base64url').slice(0, visitorIdCharacters);
};

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs the member token of a login, for one sale. */
export const memberTokenSigner = (secret: string): ((saleId: string, member: Member, nowMs: number) => string) => {
  const key = memberKeyOf(secret, 'login token');
  return (saleId, { iss, sub }, nowMs) => {
    const iat = Math.floor(nowMs / 1_000);
    const signed = `${base64url({ alg: 'HS256', typ: memberTokenType })}.${base64url({ iss, sub, aud: saleId, iat, exp: iat + limits.loginTokenSeconds })}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
};
