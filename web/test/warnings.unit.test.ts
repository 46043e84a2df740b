import { describe, expect, it } from '@jest/globals';
import { existing, type FieldName, type FormValues } from '../features/operator/field-rules.ts';
import { clockWarnings, warningsOf } from '../features/operator/warnings.ts';
import { wallTime } from '../lib/wall-time.ts';

const nowMs = Date.parse('2027-01-15T12:00:00.000Z');
const good: FormValues = {
  saleId: 'concert',
  title: 'Concert',
  kind: 'shop',
  stock: '1000',
  admitPerSecond: '50',
  activeLimit: '1000',
  claimSeconds: '60',
  sessionSeconds: '300',
  holdSeconds: '120',
  perVisitorLimit: '4',
  confirmBy: 'visitor',
  returnUrls: '',
  maxExtensions: '2',
  lobbyOpensAt: '',
  lobbyOrder: 'random',
  drawBeacon: 'none',
  opensAt: '',
  closesAt: '',
  timeZone: 'Asia/Seoul',
  draft: 'at',
  message: '',
  identity: 'none',
  members: '',
  access: 'open',
  proofOfWork: 'off',
  proofOfWorkSeconds: '2',
};
const newYork = 'America/New_York';
const seoul = 'Asia/Seoul';
interface Reader {
  zone?: string;
  locale?: string;
  changed?: (name: FieldName) => boolean;
}
const found = (values: Partial<FormValues>, { zone = seoul, locale = 'ko-KR', changed = () => true }: Reader = {}): string[] =>
  warningsOf({ ...good, ...values }, { zone, locale, nowMs, changed }).map(({ key, field }) => `${field} ${key}`);

describe('warnings of a form', () => {
  it('are none for settings that are meant so, at the edges too', () => {
    expect(found({})).toEqual([]);
    expect(
      found({ holdSeconds: '300', claimSeconds: '15', stock: '50', opensAt: '2027-05-01T19:00', closesAt: '2027-05-01T22:00' }),
    ).toEqual([]);
    expect(found({ stock: '', claimSeconds: '', holdSeconds: '', sessionSeconds: '' })).toEqual([]);
  });

  it('tell of a hold beyond the session, a short claim window, and stock below one second of pace', () => {
    expect(found({ holdSeconds: '301' })).toEqual(['holdSeconds warn.hold']);
    expect(found({ claimSeconds: '14' })).toEqual(['claimSeconds warn.claim']);
    expect(found({ stock: '49' })).toEqual(['stock warn.stock']);
    expect(found({ kind: 'gate', stock: '1', holdSeconds: '9999' })).toEqual([]);
    const [warning] = warningsOf({ ...good, holdSeconds: '400' }, { zone: seoul, locale: 'ko', nowMs, changed: () => true });
    expect(warning!.values).toEqual({ hold: 400, session: 300 });
  });

  it.each([
    // A thousand tickets, however it is written: never one.
    ['en-US', '1,000', '900', []],
    ['ko-KR', '1,000', '900', []],
    ['de-DE', '1.000', '900', []],
    ['de-DE', '1.000', '1.000', []],
    ['de-DE', '1.000', '1.000,5', ['stock warn.stock']],
    ['en-US', '1,000', '1,000.5', ['stock warn.stock']],
    ['ko-KR', '1', '1.5', ['stock warn.stock']],
    ['de-DE', '1', '1,5', ['stock warn.stock']],
    ['de-DE', '2', '1,5', []],
    // Not judged: the form refuses the text.
    ['en-US', '1.000', '900', []],
  ])('read numbers as %s writes them: %s tickets at %s a second', (locale, stock, admitPerSecond, warnings) => {
    expect(found({ stock, admitPerSecond }, { locale })).toEqual(warnings);
  });

  it('tell of times that are over, by the zone of the reader and not of the sale', () => {
    // 06:30 in New York is 20:30 in Seoul: an operator there has not reached 07:30, and one in Seoul has.
    const at = '2027-01-15T07:30';
    expect(found({ opensAt: at, timeZone: seoul }, { zone: newYork })).toEqual([]);
    expect(found({ opensAt: at, timeZone: seoul }, { zone: seoul })).toEqual(['opensAt warn.past.opensAt']);
    expect(found({ opensAt: at, timeZone: newYork }, { zone: seoul })).toEqual(['opensAt warn.past.opensAt']);
    expect(found({ opensAt: '2027-01-15T21:01' })).toEqual([]);
    expect(found({ lobbyOpensAt: '2027-01-15T20:00', opensAt: '2027-01-15T21:00', closesAt: '2026-12-31T00:00' })).toEqual([
      'lobbyOpensAt warn.past.lobbyOpensAt',
      'opensAt warn.past.opensAt',
      'closesAt warn.past.closesAt',
    ]);
  });

  it("tell of the hours that the reader's clock skips or repeats: a New York operator of a Seoul sale", () => {
    const ofSeoul = { timeZone: seoul };
    expect(found({ ...ofSeoul, opensAt: '2027-03-14T02:30' }, { zone: newYork, locale: 'en-US' })).toEqual(['opensAt warn.gap']);
    expect(found({ ...ofSeoul, opensAt: '2027-11-07T01:30' }, { zone: newYork, locale: 'en-US' })).toEqual(['opensAt warn.twice']);
    expect(found({ ...ofSeoul, opensAt: '2027-03-14T03:00', closesAt: '2027-11-07T02:00' }, { zone: newYork })).toEqual([]);
    // The clocks of Seoul do not change, whatever the zone of the sale.
    expect(found({ timeZone: newYork, opensAt: '2027-03-14T02:30', closesAt: '2027-11-07T01:30' }, { zone: seoul })).toEqual([]);
    expect(clockWarnings('at', '2027-03-28T02:15', 'Europe/Berlin').map(({ key }) => key)).toEqual(['warn.gap']);
    expect(clockWarnings('at', '', newYork)).toEqual([]);
  });

  it('are about what the form has and changes, and nothing else', () => {
    const past = { opensAt: '2026-01-01T00:00' };
    expect(found({ ...past, draft: 'now' })).toEqual([]);
    expect(found({ ...past, draft: existing }, { changed: (name) => name === 'title' })).toEqual([]);
    expect(found({ ...past, draft: existing }, { changed: (name) => name === 'opensAt' })).toEqual(['opensAt warn.past.opensAt']);
    const all = { holdSeconds: '400', claimSeconds: '5', stock: '1' };
    expect(found(all, { changed: (name) => name === 'sessionSeconds' })).toEqual(['holdSeconds warn.hold']);
    expect(found(all, { changed: (name) => name === 'admitPerSecond' })).toEqual(['stock warn.stock']);
  });
});

describe('a time on the wall of a zone', () => {
  it.each([
    [newYork, '2027-01-15T07:30', 1, '2027-01-15T12:30:00.000Z'],
    [seoul, '2027-01-15T07:30', 1, '2027-01-14T22:30:00.000Z'],
    ['Asia/Kolkata', '2027-06-01T00:00', 1, '2027-05-31T18:30:00.000Z'],
    [newYork, '2027-03-14T01:59', 1, '2027-03-14T06:59:00.000Z'],
    [newYork, '2027-03-14T02:00', 0, '2027-03-14T07:00:00.000Z'],
    [newYork, '2027-03-14T02:59:59', 0, '2027-03-14T07:59:59.000Z'],
    [newYork, '2027-03-14T03:00', 1, '2027-03-14T07:00:00.000Z'],
    [newYork, '2027-11-07T00:59', 1, '2027-11-07T04:59:00.000Z'],
    [newYork, '2027-11-07T01:00', 2, '2027-11-07T05:00:00.000Z'],
    [newYork, '2027-11-07T01:59', 2, '2027-11-07T05:59:00.000Z'],
    [newYork, '2027-11-07T02:00', 1, '2027-11-07T07:00:00.000Z'],
    // Half an hour, on the other half of the year.
    ['Australia/Lord_Howe', '2027-10-03T02:10', 0, '2027-10-02T15:40:00.000Z'],
  ])('%s %s comes %d times, first at %s', (zone, local, times, iso) => {
    expect(wallTime(local, zone)).toEqual({ times, ms: Date.parse(iso) });
  });

  it('is none for a text that is none', () => {
    for (const text of ['', 'soon', '2027-01-15', '2027-13-01T10:00']) expect(wallTime(text, seoul)).toBeNull();
  });
});
