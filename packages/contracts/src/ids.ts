/** A sale id: 1–40 of `a-z 0-9 _ -`, beginning with a letter or digit. Excludes braces, so that a Redis key has one hash tag. */
export const saleIdPattern = '^[a-z0-9][a-z0-9_-]{0,39}$';
const saleId = new RegExp(saleIdPattern);

export const isSaleId = (text: string): boolean => saleId.test(text);

/** Name of the cookie that carries the token of a place in one sale. */
export const cookieNameOf = (saleId: string): string => `sunbeon_${saleId}`;
