import { createHash, type KeyObject } from 'node:crypto';
import type { Members } from '@sunbeon/contracts';
import { LRUCache, memberKeyOf, memberVisitorOf, type MemberSettings, type MemberSettingsReader } from '@sunbeon/runtime';
import type { LocalJWKSet } from 'jose';
import type { Entrance } from '../scripts/join.ts';
import type { EntranceChecks } from './entrance.ts';
import { publicKeysOf, type ShopKeys } from './shop-keys.ts';
import { verifyMember, type MemberKeys, type MemberVerdict } from './verify-member.ts';

/** Good tokens that are remembered: one may be used from many devices at once. */
const knownTokens = 10_000;

interface Dependencies {
  settings: MemberSettingsReader;
  shopKeys: ShopKeys;
  /** `MEMBER_SECRET`. */
  secret: string;
  /** Redis's clock, ms: gateways sign by it, and the clock of this machine may be wrong. */
  now: () => number;
}
interface Known {
  /** What the token was verified by: the same object as long as the keys do not change. */
  keys: LocalJWKSet | KeyObject;
  version: string;
  verdict: Promise<MemberVerdict>;
}
type Judged = Pick<Entrance, 'member' | 'memberFault'>;

/**
 * Member tokens, checked by the settings of the sale. Of a person, the visitor id is all that goes on from here: neither `sub` nor anything else of a token
 * is stored or logged.
 */
export const memberChecks = ({ settings, shopKeys, secret, now }: Dependencies): Pick<EntranceChecks, 'member' | 'forget'> => {
  const visitorOf = memberVisitorOf(secret);
  const loginKey = memberKeyOf(secret, 'login token');
  const known = new LRUCache<string, Known>({ max: knownTokens });
  /** Keys that stand in the settings themselves; read anew with them. */
  const inline = new WeakMap<Members, LocalJWKSet>();

  /** Null for keys that nothing can be verified by: they were judged when they were set, and may have been changed by hand. */
  const inlineKeysOf = (members: Extract<Members, { jwks: unknown }>): LocalJWKSet | null => {
    const before = inline.get(members);
    if (before) return before;
    try {
      const keys = publicKeysOf(JSON.stringify(members.jwks));
      inline.set(members, keys);
      return keys;
    } catch {
      return null;
    }
  };

  const verified = async (saleId: string, token: string, version: string, by: MemberKeys): Promise<MemberVerdict> => {
    const keys = by.kind === 'shop' ? by.keys : by.key;
    const name = `${saleId} ${createHash('sha256').update(token).digest('base64url')}`;
    const before = known.get(name);
    if (before && before.version === version && before.keys === keys) {
      const verdict = await before.verdict;
      if (verdict.verdict !== 'good' || verdict.untilMs > now()) return verdict;
    }
    const mine: Known = { keys, version, verdict: verifyMember(token, by, now()) };
    known.set(name, mine);
    const verdict = await mine.verdict;
    if (verdict.verdict !== 'good' && known.get(name) === mine) known.delete(name);
    return verdict;
  };

  const judge = async (saleId: string, token: string, { version, members }: MemberSettings): Promise<Judged> => {
    if (members === null) return { memberFault: 'invalid_member' };
    const verify = (by: MemberKeys): Promise<MemberVerdict> => verified(saleId, token, version, by);
    let verdict: MemberVerdict;
    if ('login' in members) verdict = await verify({ kind: 'login', key: loginKey, saleId });
    else {
      const { issuer, audience } = members;
      const byShop = (keys: LocalJWKSet): MemberKeys => ({ kind: 'shop', keys, issuer, audience });
      const keys = 'jwks' in members ? inlineKeysOf(members) : await shopKeys.at(members.jwksUri);
      if (keys === null) return { memberFault: 'jwks' in members ? 'invalid_member' : 'member_unavailable' };
      verdict = await verify(byShop(keys));
      if (verdict.verdict === 'unknown_key' && 'jwksUri' in members) {
        const newer = await shopKeys.newerAt(members.jwksUri, keys);
        if (newer === null) return { memberFault: 'member_unavailable' };
        if (newer === 'awaited') return { memberFault: 'member_key_awaited' };
        if (newer !== keys) verdict = await verify(byShop(newer));
      }
    }
    return verdict.verdict === 'good' ? { member: visitorOf(saleId, verdict.member) } : { memberFault: 'invalid_member' };
  };

  return {
    member: async (saleId, token) => {
      const read = await settings.of(saleId);
      if (read === null) return {};
      // The script compares the version: what was not checked here is checked when the setting turns out to be another one.
      if (!read.isForMembers) return { settings: read.version };
      return { ...(await judge(saleId, token, read)), settings: read.version };
    },
    forget: settings.forget,
  };
};
