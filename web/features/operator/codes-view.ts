import type { CodesList } from '@sunbeon/client';

export type AccessCode = CodesList['codes'][number];

/** Codes as one request answered them, in the order in which they were made. */
export interface CodesPage {
  /** Cursor that it was asked for with. */
  from: string | undefined;
  codes: readonly AccessCode[];
  next: string | undefined;
  /** By the clock that judges the times of a sale. */
  readAtMs: number;
}
export type CodesPages = readonly CodesPage[];

/**
 * Puts a page in its place. The one after it begins where it ends: a page that is read again reaches further when codes of it were taken back. After the last
 * one nothing is left.
 */
export const withPage = (pages: CodesPages, at: number, page: CodesPage): CodesPages => {
  const [following, ...others] = page.next === undefined ? [] : pages.slice(at + 1);
  return [...pages.slice(0, at), page, ...(following === undefined ? [] : [{ ...following, from: page.next }, ...others])];
};

/** Without a code that was taken back. */
export const withoutCode = (pages: CodesPages, code: string): CodesPages =>
  pages.map((page) => ({ ...page, codes: page.codes.filter((one) => one.code !== code) }));

/** The codes of all pages, each once: where two pages overlap, the first one is newer. */
export const codesOf = (pages: CodesPages): AccessCode[] => {
  const seen = new Map<string, AccessCode>();
  for (const one of pages.flatMap(({ codes }) => codes)) if (!seen.has(one.code)) seen.set(one.code, one);
  return [...seen.values()];
};

/** When the page was read that was read longest ago; null without one. */
export const oldestMs = (pages: CodesPages): number | null =>
  pages.length === 0 ? null : Math.min(...pages.map(({ readAtMs }) => readAtMs));
