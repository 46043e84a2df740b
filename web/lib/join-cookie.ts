import { limits } from '@sunbeon/contracts/limits';

/** The key of a join that a browser sent as a form and that has no answer: the page offers it again. Never in an address: who shares that would share the place. */
export const joinCookie = 'sunbeon-join';

/** A key as the pages make them; another text stands in no cookie. */
const pattern = /^[\w-]{22,128}$/;
export const isKey = (text: string | undefined): text is string => text !== undefined && pattern.test(text);

/** Kept for as long as the server remembers the key; without a key: dropped. Sent to the page of this sale alone, and to no script. */
export const joinCookieOf = (saleId: string, key: string | null, isSecure: boolean): string =>
  `${joinCookie}=${key ?? ''}; Path=/sales/${saleId}; Max-Age=${key === null ? 0 : limits.joinKeyMs / 1_000}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
