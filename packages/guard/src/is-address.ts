/**
 * Whether a text is an absolute address. Not `URL.canParse`: once the compiler of V8 has optimised a caller, that of Node 20 refuses every address with a
 * letter of Latin-1 beyond ASCII.
 */
export const isAddress = (text: string): boolean => {
  try {
    return new URL(text).href !== '';
  } catch {
    return false;
  }
};
