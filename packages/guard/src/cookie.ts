import { limits } from './limits.ts';

/** A dot is in no sale id, so no name begins another one's. `__Host-`: only this host can set it, by https. */
export const cookieNameOf = (saleId: string, isSecure: boolean): string => `${isSecure ? '__Host-' : ''}sunbeon-pass.${saleId}`;

/** Values of the cookies of a name that may be passes, in the order of the header (RFC 6265: a value may be quoted), each once. */
export const cookieValues = (header: string | null, name: string): string[] => {
  const found = new Set<string>();
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = /^("?)([\w-]+\.[\w-]+\.[\w-]+)\1$/.exec(pair.slice(equals + 1).trim())?.[2];
    if (value !== undefined && value.length <= limits.passCharacters) found.add(value);
    if (found.size >= limits.cookies) break;
  }
  return [...found];
};

const attributes = (maxAgeSeconds: number, isSecure: boolean): string =>
  `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

/** `Set-Cookie` of a pass, to the end of its stay by the shop's clock. */
export const passCookie = (saleId: string, isSecure: boolean, pass: string, expMs: number, nowMs: number): string =>
  `${cookieNameOf(saleId, isSecure)}=${pass}; ${attributes(Math.max(1, Math.floor((expMs - nowMs) / 1_000)), isSecure)}`;

export const clearedCookie = (saleId: string, isSecure: boolean): string =>
  `${cookieNameOf(saleId, isSecure)}=; ${attributes(0, isSecure)}`;
