import { limits } from '@sunbeon/contracts';
import { CodedError, quotedField, type RedisClient } from '@sunbeon/runtime';
import { readCodes, type CodesPage, type ListedCode } from '../scripts/read-codes.ts';

/** One field of RFC 4180. A text that a spreadsheet would run as a formula begins with an apostrophe. */
const fieldOf = (text: string): string => {
  const inert = /^[=+\-@\t\r\n|%]/.test(text.trimStart()) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? quotedField(inert) : inert;
};

const csvHead = 'code,uses,used,label\r\n';
export const csvOf = (codes: readonly ListedCode[]): string =>
  codes.map(({ code, uses, used, label = '' }) => `${code},${uses},${used},${fieldOf(label)}\r\n`).join('');

/**
 * All codes as CSV, one page of Redis at a time; `first`: the page of the oldest ones. Throws when the sale is deleted meanwhile, also when there is
 * another one under its id: a list that ends early must not look whole.
 */
export async function* codesCsv(redis: RedisClient, saleId: string, first: CodesPage): AsyncGenerator<string> {
  yield csvHead;
  for (let page = first; page.last > 0;) {
    yield csvOf(page.codes);
    const next = await readCodes.run(redis, saleId, { after: page.last, most: limits.codesPerPage });
    if (next.outcome === 'no_sale' || next.generation !== first.generation) throw new CodedError('sale_not_found');
    page = next;
  }
}
