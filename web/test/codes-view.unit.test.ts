import { expect, it } from '@jest/globals';
import { codesOf, oldestMs, withoutCode, withPage, type CodesPage } from '../features/operator/codes-view.ts';

const page = (from: string | undefined, names: string, next: string | undefined, readAtMs = 0, used = 0): CodesPage => ({
  from,
  codes: [...names].map((code) => ({ code, uses: 1, used })),
  next,
  readAtMs,
});
const names = (pages: readonly CodesPage[]): string =>
  codesOf(pages)
    .map(({ code }) => code)
    .join('');

it('a page that is read again reaches further when codes were taken back; the one after it begins there, and no code is shown twice', () => {
  const pages = [page(undefined, 'ab', '2', 1), page('2', 'cd', '4', 2), page('4', 'e', undefined, 3)];
  expect(names(pages)).toBe('abcde');
  // b is gone.
  const again = withPage(pages, 0, page(undefined, 'ac', '3', 9, 1));
  expect(again.map(({ from }) => from)).toEqual([undefined, '3', '4']);
  expect(names(again)).toBe('acde');
  expect(codesOf(again).find(({ code }) => code === 'c')!.used).toBe(1);
  expect(oldestMs(again)).toBe(2);
  const next = withPage(again, 1, page('3', 'de', undefined, 9));
  expect(names(next)).toBe('acde');
  expect(next).toHaveLength(2);
});

it('a code that was taken back is gone, and without a page nothing is known', () => {
  expect(names(withoutCode([page(undefined, 'ab', undefined)], 'a'))).toBe('b');
  expect(oldestMs([])).toBeNull();
});
