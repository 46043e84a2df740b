/** Who a member token is about, as far as this browser has to tell two apart: a hash, kept by the browser alone. Null for a text that is no token. */
const markOf = (token: string): string | null => {
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
/** Where nothing can be stored, for this page. */
const marks = new Map<string, string>();

/** The place of this browser belongs to the member of this token. */
export const rememberMember = (saleId: string, token: string): void => {
  const mark = markOf(token) ?? '';
  marks.set(saleId, mark);
  try {
    localStorage.setItem(nameOf(saleId), mark);
  } catch {
    // The page that joined knows it all the same.
  }
};

/** Whether this token is of the member whose place this browser has. */
export const isSameMember = (saleId: string, token: string): boolean => {
  const mark = markOf(token);
  if (mark === null) return false;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(nameOf(saleId));
  } catch {
    // Blocked; a browser may also read nothing and refuse to write.
  }
  return (stored ?? marks.get(saleId)) === mark;
};
