/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { OperatorSale } from '@sunbeon/contracts';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { TextEncoder } from 'node:util';
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime.js';
import type { ReactNode } from 'react';
import { CreateSalePage } from '../features/operator/create-sale-page.tsx';
import { EditSalePage } from '../features/operator/edit-sale-page.tsx';
import { localOf } from '../features/operator/field-rules.ts';
import { SessionContext } from '../features/operator/session.tsx';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import { operatorApi, type OperatorApi } from '../lib/operator-api.ts';
import { createServiceClock } from '../lib/service-clock.ts';

// The schemas need it, and jsdom has none.
Object.assign(globalThis, { TextEncoder });
const { fieldRules } = await import('../features/operator/rules-of-schema.ts');

const minute = 60_000;
const serverMs = Date.UTC(2031, 4, 1, 12);
/** The device is an hour slow. */
const deviceMs = serverMs - 60 * minute;
const iso = (ms: number): string => new Date(ms).toISOString();
const header = (ms: number): string => new Date(ms).toUTCString();

const answering = (body: object, headers: Record<string, string> = {}) =>
  (async () =>
    ({
      ok: true,
      status: 200,
      headers: new Headers({ ...headers, 'content-type': 'application/json' }),
      json: async () => body,
    }) as Response) as typeof fetch;
const show = (api: OperatorApi, page: ReactNode) =>
  act(async () =>
    render(
      <AppRouterContext value={{ push: () => {} } as never}>
        <LanguageProvider initial="en" messages={en}>
          <SessionContext value={{ api, rules: fieldRules(), check: () => {}, name: 'anna', role: 'admin' }}>{page}</SessionContext>
        </LanguageProvider>
      </AppRouterContext>,
    ),
  );
const fill = (name: string, value: string) => fireEvent.change(screen.getByTestId(`field-${name}`), { target: { value } });
const pastWarning = (): string | null | undefined =>
  screen.getByTestId('dialog').querySelector('[data-warning^="warn.past"]')?.getAttribute('data-warning');
const saleExample: Partial<OperatorSale> = {
  saleId: 'concert',
  title: 'Concert',
  kind: 'shop',
  status: 'scheduled',
  stock: { total: 9, left: 9, held: 0, sold: 0 },
  admitPerSecond: 5,
  activeLimit: 5,
  claimSeconds: 60,
  sessionSeconds: 300,
  holdSeconds: 300,
  perVisitorLimit: 1,
  maxExtensions: 2,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  proofOfWorkSeconds: 2,
  timeZone: 'UTC',
  version: 1,
  serverTime: iso(serverMs),
};

HTMLDialogElement.prototype.showModal = () => {};
HTMLDialogElement.prototype.close = () => {};
beforeEach(() => void jest.useFakeTimers({ now: deviceMs }));
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

it('is that of the device without an answer, of the gateway after one, and of Redis after a sale', () => {
  const clock = createServiceClock();
  clock.noteDate(null);
  clock.noteDate('soon');
  expect(clock.nowMs()).toBe(deviceMs);
  clock.noteDate(header(serverMs));
  expect(clock.nowMs()).toBe(serverMs);
  jest.advanceTimersByTime(1_000);
  clock.noteSale({ serverTime: iso(serverMs + 3 * minute) });
  jest.advanceTimersByTime(1_000);
  expect(clock.nowMs()).toBe(serverMs + 3 * minute + 1_000);
  // A late answer moves nothing, and no other gateway does.
  clock.noteSale({ serverTime: iso(serverMs + 3 * minute - 2_000) });
  expect(clock.nowMs()).toBe(serverMs + 3 * minute + 1_000);
  clock.noteDate(header(serverMs + 500 * minute));
  expect(clock.nowMs()).toBe(serverMs + 3 * minute + 1_000);
});

it('no answer of a gateway that is ahead, and no rounding of one, stays in it after a sale', () => {
  const clock = createServiceClock();
  clock.noteDate(header(serverMs));
  clock.noteSale({ serverTime: iso(serverMs) });
  clock.noteDate(header(serverMs + 4_000));
  expect(clock.nowMs()).toBe(serverMs);
  jest.advanceTimersByTime(900);
  clock.noteSale({ serverTime: iso(serverMs + 900) });
  expect(clock.nowMs()).toBe(serverMs + 900);
});

it('after a sleep, during which the page’s clock stands, any answer has the time, and a sale the exact one', () => {
  const clock = createServiceClock();
  clock.noteSale({ serverTime: iso(serverMs) });
  jest.setSystemTime(deviceMs + 60 * minute);
  clock.noteDate(header(serverMs + 60 * minute + 4_000));
  expect(clock.nowMs()).toBe(serverMs + 60 * minute + 4_000);
  clock.noteSale({ serverTime: iso(serverMs + 60 * minute) });
  clock.noteDate(header(serverMs + 60 * minute + 4_000));
  expect(clock.nowMs()).toBe(serverMs + 60 * minute);
});

it('is that of a sale where a proxy takes the header away', () => {
  const clock = createServiceClock();
  clock.noteSale({ serverTime: iso(serverMs) });
  jest.advanceTimersByTime(1_000);
  clock.noteSale({ serverTime: iso(serverMs + 1_000) });
  expect(clock.nowMs()).toBe(serverMs + 1_000);
});

it.each([
  ['half an hour ago', -30, 'It opens at once', 'warn.past.opensAt'],
  ['in half an hour', 30, 'It is scheduled and opens by itself', undefined],
])('a sale of a slow device that opens %s is announced as the service takes it', async (_, minutes, announced, warning) => {
  globalThis.fetch = answering({ name: 'anna', role: 'admin' }, { date: header(serverMs) });
  const api = operatorApi();
  await api.session();
  await show(api, <CreateSalePage />);
  fill('title', 'Concert');
  fill('saleId', 'concert');
  fill('stock', '100');
  fill('draft', 'at');
  fill('opensAt', localOf(iso(serverMs + minutes * minute)));
  await act(async () => fireEvent.click(screen.getByTestId('submit')));
  expect(screen.getByTestId('dialog').textContent).toContain(announced);
  expect(pastWarning()).toBe(warning);
});

it.each([
  ['half an hour ago', -30, 'warn.past.opensAt'],
  ['in half an hour', 30, undefined],
])('a new opening %s is in the past as the service has it', async (_, minutes, warning) => {
  globalThis.fetch = answering(saleExample);
  await show(operatorApi(), <EditSalePage saleId="concert" />);
  fill('opensAt', localOf(iso(serverMs + minutes * minute)));
  await act(async () => fireEvent.click(screen.getByTestId('submit')));
  expect(pastWarning()).toBe(warning);
});
