import { Readable } from 'node:stream';

/** One field of RFC 4180, in quotes. */
export const quotedField = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export const inertText = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** A record with all fields in quotes; texts are inert, numbers stay as they are, what is absent is empty. */
export const csvRecord = (cells: readonly (string | number | undefined)[]): string =>
  `${cells.map((cell) => quotedField(typeof cell === 'string' ? inertText(cell) : String(cell ?? ''))).join(',')}\r\n`;

/** An attachment that is read page by page, as fast as the caller reads it. `Body`: of the route, whose schema bytes pass by. */
export const csvAnswer = <Body>(name: string, pages: AsyncIterable<string>) => ({
  status: 200 as const,
  body: Readable.from(pages, { objectMode: false, highWaterMark: 65_536 }) as unknown as Body,
  headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}.csv"` },
});
