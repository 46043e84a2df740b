/** A sale id: 1–40 of `a-z 0-9 _ -`, beginning with a letter or digit. Excludes braces, so that a Redis key has one hash tag. */
export const saleIdPattern = '^[a-z0-9][a-z0-9_-]{0,39}$';
const saleId = new RegExp(saleIdPattern);

export const isSaleId = (text: string): boolean => saleId.test(text);

const codeOfPass = /^[A-Za-z0-9_-]{22,128}$/;
/** The sale that a ticket or a pass id names (`<saleId>.<code>`); null for what is neither. */
export const saleIdOfPass = (id: string): string | null => {
  const dot = id.indexOf('.');
  const saleId = id.slice(0, Math.max(0, dot));
  return isSaleId(saleId) && codeOfPass.test(id.slice(dot + 1)) ? saleId : null;
};

/** The cookie of a shop's domain that carries a pass; the prefix binds it to the host and to https. */
export const passCookieNameOf = (saleId: string, isSecure: boolean): string => `${isSecure ? '__Host-' : ''}sunbeon-pass.${saleId}`;

/** `typ` of a pass, so that no other token of Sunbeon is one; and `aud`. */
export const passType = 'sunbeon-pass+jwt';
/** `typ` of a receipt of a place. */
export const receiptType = 'sunbeon-receipt+jwt';
export const passAudienceOf = (saleId: string): string => `sunbeon:sale:${saleId}`;

/** The cookie between the two ends of a login; the prefix binds it to the host and to https. */
export const loginCookieNameOf = (isSecure: boolean): string => `${isSecure ? '__Host-' : ''}sunbeon-login`;

/** The cookie that speaks for a browser's place in one sale. */
export const cookieNameOf = (saleId: string): string => `sunbeon_${saleId}`;

/** Header of an answer of `getPlace` with a renewed token, after the draw gave the place its number. */
export const renewedTokenHeader = 'sunbeon-token';

/** The cookie of an operator's session in the console, and where it is sent. */
export const operatorCookie = 'sunbeon-operator';
export const operatorCookiePath = '/api/admin';
