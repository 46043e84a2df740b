import { createHash, timingSafeEqual } from 'node:crypto';
import { CodedError } from './problems.ts';
import { bearerOf } from './tokens.ts';

/** The name of the shop key that a call came with; throws `invalid_token` for any other credential. */
export type ShopCheck = (authorization: string | undefined) => string;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares the secret of a call in constant time with each of `SHOP_KEYS` (`<name>:<secret>`, separated by commas). */
export const createShopCheck = (shopKeys: string): ShopCheck => {
  const known = shopKeys.split(',').map((entry) => {
    const colon = entry.indexOf(':');
    return { name: entry.slice(0, colon).trim(), hash: digest(entry.slice(colon + 1).trim()) };
  });
  return (authorization) => {
    const given = digest(bearerOf(authorization) ?? '');
    const [found] = known.filter(({ hash }) => timingSafeEqual(given, hash));
    if (!found) throw new CodedError('invalid_token', 'A shop key is needed');
    return found.name;
  };
};
