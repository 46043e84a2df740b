import { expect, it } from '@jest/globals';
import { nearSpan, nearText } from '../features/operator/near-time.ts';

const seoul = 'Asia/Seoul';
/** 20:00 in Seoul. */
const now = '2026-05-01T11:00:00Z';

it.each([
  ['2026-05-01T11:30:05Z', 'en', seoul, '20:30:05 KST'],
  ['2026-05-02T10:30:00Z', 'en', seoul, '2 May 2026, 19:30:00 KST'],
  ['2026-05-02T10:30:00Z', 'ko', seoul, '2026년 5월 2일 19:30:00 KST'],
  ['2026-05-01T15:00:00Z', 'ko', seoul, '2026년 5월 2일 00:00:00 KST'],
  // Midnight of Seoul is the morning of New York.
  ['2026-05-01T15:00:00Z', 'en', 'America/New_York', '11:00:00 GMT-4'],
] as const)('%s in %s, %s: %s', (iso, language, zone, text) => {
  expect(nearText(language, iso, now, zone)).toBe(text);
});

it.each([
  ['2026-05-01T11:30:00Z', '2026-05-01T12:00:00Z', { from: '20:30:00', to: '21:00:00 KST' }],
  ['2026-05-01T14:50:00Z', '2026-05-01T15:10:00Z', { from: '23:50:00', to: '2 May 2026, 00:10:00 KST' }],
  ['2026-05-02T10:30:00Z', '2026-05-02T11:10:00Z', { from: '2 May 2026, 19:30:00', to: '20:10:00 KST' }],
])('from %s to %s', (from, to, span) => {
  expect(nearSpan('en', from, to, now, seoul)).toEqual(span);
});

it('a span over a change of the clocks has the zone of each end', () => {
  expect(nearSpan('en', '2026-03-08T06:50:00Z', '2026-03-08T07:10:00Z', '2026-03-08T06:00:00Z', 'America/New_York')).toEqual({
    from: '01:50:00 GMT-5',
    to: '03:10:00 GMT-4',
  });
});
