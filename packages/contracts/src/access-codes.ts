/** Letters and digits of the codes that Sunbeon makes: Crockford's base 32. */
export const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 50 bits. */
export const madeCodeCharacters = 10;

/**
 * An access code as it is stored: case, spaces and hyphens do not matter, and letters that look like digits are those. `-` for a text with other
 * characters, which is no code.
 */
export const normalisedCode = (text: string): string => {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return /^[0-9A-Z]+$/.test(plain) ? plain : '-';
};

/** A normalised code that an operator may bring. */
export const isOwnCode = (code: string): boolean => /^[0-9A-Z]{8,32}$/.test(code);
