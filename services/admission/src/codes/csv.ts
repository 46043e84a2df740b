import { quotedField } from '@sunbeon/runtime';
import type { ListedCode } from '../scripts/read-codes.ts';

/** One field of RFC 4180. A text that a spreadsheet would run as a formula begins with an apostrophe. */
const fieldOf = (text: string): string => {
  const inert = /^[=+\-@\t\r\n|%]/.test(text.trimStart()) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? quotedField(inert) : inert;
};

export const csvHead = 'code,uses,used,label\r\n';
export const csvOf = (codes: readonly ListedCode[]): string =>
  codes.map(({ code, uses, used, label = '' }) => `${code},${uses},${used},${fieldOf(label)}\r\n`).join('');
