/** What a sign-in brought back into the page, in the fragment, which no server and no log sees. */
export interface MemberFragment {
  token?: string;
  /** The sign-in came to nothing: refused, or the login did not answer. */
  outcome?: 'failed' | 'unavailable';
}

/** `#member=…` of a shop or of the login, `#login=…` of a login that came to nothing. */
export const readMemberFragment = (hash: string): MemberFragment => {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const [token, outcome] = [values.get('member'), values.get('login')];
  return {
    ...(token === null || token === '' ? {} : { token }),
    ...(outcome === 'failed' || outcome === 'unavailable' ? { outcome } : {}),
  };
};

/** Tokens of this page, in its memory alone: whoever has one can take the place of its member. */
const tokens = new Map<string, string>();
export const keepMemberToken = (saleId: string, token: string): void => void tokens.set(saleId, token);
export const memberTokenOf = (saleId: string): string | undefined => tokens.get(saleId);
export const forgetMemberToken = (saleId: string): void => void tokens.delete(saleId);

/** Where people sign in for a sale; null where the refusal of a join names no login. The page goes nowhere else, whatever an answer says. */
export const loginUrlOf = (saleId: string, failure: object | null): string | null => {
  const url = `/api/sales/${saleId}/login`;
  return failure !== null && 'loginUrl' in failure && failure.loginUrl === url ? url : null;
};
/** Who a member token is about, as far as this browser has to tell two apart: a hash, kept by the browser alone. Null for a text that is no token. */
export const memberMarkOf = (token: string): string | null => {
  try {
    const { iss, sub } = JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))) as { iss?: string; sub?: string };
    if (typeof sub !== 'string') return null;
    let [high, low] = [0xdeadbeef, 0x41c6ce57];
    for (const character of `${iss ?? ''}\0${sub}`) {
      const code = character.codePointAt(0)!;
      high = Math.imul(high ^ code, 2_654_435_761);
      low = Math.imul(low ^ code, 1_597_334_677);
    }
    return ((high >>> 0) * 2 ** 21 + ((low >>> 0) % 2 ** 21)).toString(36);
  } catch {
    return null;
  }
};

const nameOf = (saleId: string): string => `sunbeon:member:${saleId}`;

/** The place of this browser belongs to the member of this token. */
export const rememberMember = (saleId: string, token: string): void => {
  try {
    localStorage.setItem(nameOf(saleId), memberMarkOf(token) ?? '');
  } catch {
    // Without storage the visitor is asked once more.
  }
};

/** Whether this token is of the member whose place this browser has. */
export const isSameMember = (saleId: string, token: string): boolean => {
  try {
    const mark = memberMarkOf(token);
    return mark !== null && localStorage.getItem(nameOf(saleId)) === mark;
  } catch {
    return false;
  }
};
