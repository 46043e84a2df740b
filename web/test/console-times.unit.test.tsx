/** @jest-environment jsdom */
import { afterEach, expect, it, jest } from '@jest/globals';
import type { SaleStats } from '@sunbeon/contracts';
import { cleanup, screen } from '@testing-library/react';
import { RecentList } from '../features/operator/check-in/recent-list.tsx';
import { ConflictNote } from '../features/operator/conflict.tsx';
import { ForecastPanel } from '../features/operator/forecast-panel.tsx';
import { Heartbeat } from '../features/operator/heartbeat.tsx';
import { momentText } from '../lib/i18n/format.ts';
import { operatorEn } from '../lib/i18n/operator-en.ts';
import { momentOf, renderInConsole, saleOf } from './in-console.tsx';

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
/** Eight in the evening here, wherever this runs. */
const nowMs = new Date(2026, 4, 1, 20, 0, 7).getTime();
const hours = (count: number): number => nowMs + count * 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const sale = saleOf({ serverTime: iso(nowMs), timeZone: own });
const statsOf = (forecast: SaleStats['forecast']) => ({ forecast, invariants: [], gateways: 1, events: 1 }) as unknown as SaleStats;
const forecastOf = (soldOut: { from: string; to?: string }) => statsOf({ pace: 1, soldOut });

it('a forecast of tomorrow has its day and the zone', async () => {
  await renderInConsole({}, <ForecastPanel sale={sale} stats={forecastOf({ from: iso(hours(23.5)), to: iso(hours(24.2)) })} />);
  const [from, to] = [momentOf(hours(23.5)), momentOf(hours(24.2))];
  const zone = from.split(' ').at(-1)!;
  // The day and the zone are said once.
  expect(screen.getByTestId('forecast-sold_out').textContent).toBe(
    `${from.slice(0, -zone.length - 1)} to ${to.split(' ').slice(-2).join(' ')}`,
  );
});

it('a forecast of today has the zone, and the time in that of the sale where it is another', async () => {
  const zone = own === 'Asia/Tokyo' ? 'Asia/Seoul' : 'Asia/Tokyo';
  await renderInConsole({}, <ForecastPanel sale={{ ...sale, timeZone: zone }} stats={forecastOf({ from: iso(hours(1)) })} />);
  const text = screen.getByTestId('forecast-sold_out').textContent;
  expect(text).toContain(`after ${momentOf(hours(1)).split(' ').slice(-2).join(' ')}, or not at all`);
  expect(text).toContain(
    momentText('en', iso(hours(1)), zone)
      .split(' ')
      .slice(-2)
      .join(' '),
  );
  expect(text).not.toContain('1 May 2026, 21:00:07');
});

it('the last tick of a sale that rests has its day', async () => {
  await renderInConsole({}, <Heartbeat sale={saleOf({ ...sale, epoch: 1, lastTickAt: iso(hours(-72)) })} stats={statsOf(undefined)} />);
  expect(screen.getByText(operatorEn['health.tick']).nextSibling?.textContent).toBe(momentOf(hours(-72)));
});

it('what was changed before midnight, in a dialog that is still open, has its day; a log that was not read is not an empty one', async () => {
  const entry = {
    at: iso(hours(-21)),
    action: 'change',
    operator: 'olga',
    address: '',
    detail: {},
    before: { title: 'a' },
    after: { title: 'b' },
  };
  await renderInConsole({}, <ConflictNote sale={sale} entries={[entry]} />);
  expect(screen.getByTestId('conflict-entry').textContent).toContain(`olga, ${momentOf(hours(-21))}:`);
  cleanup();
  await renderInConsole({}, <ConflictNote sale={sale} entries={null} />);
  expect(screen.queryByText(operatorEn['conflict.unknown'])).toBeNull();
  expect(screen.getByText(operatorEn['conflict.unread'])).toBeTruthy();
});

it("yesterday's check-ins of a device have their day", async () => {
  jest.useFakeTimers({ now: nowMs });
  await renderInConsole(
    {},
    <RecentList
      recent={[
        { kind: 'ok', code: 'p_1', atMs: hours(-1) },
        { kind: 'ok', code: 'p_2', atMs: hours(-23) },
      ]}
      onClear={() => {}}
    />,
  );
  const [today, yesterday] = screen.getAllByTestId('recent').map(({ textContent }) => textContent);
  expect(today).not.toContain('May');
  expect(yesterday).toContain(momentOf(hours(-23)));
});
