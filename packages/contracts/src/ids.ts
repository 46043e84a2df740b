/** A sale id: 1–40 of `a-z 0-9 _ -`, beginning with a letter or digit. Braces can never enter a Redis key. */
export const saleIdPattern = '^[a-z0-9][a-z0-9_-]{0,39}$';
const saleId = new RegExp(saleIdPattern);

export const isSaleId = (text: string): boolean => saleId.test(text);

/** The cookie that speaks for a browser's place in one sale. */
export const cookieNameOf = (saleId: string): string => `sunbeon_${saleId}`;
