/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { useRef } from 'react';
import { Screen } from '../features/waiting/screen.tsx';
import { useTicketQueue, type TicketQueue } from '../features/waiting/use-ticket-queue.ts';
import { WaitingRoom } from '../features/waiting/waiting-room.tsx';
import { dictionaries } from '../lib/i18n/dictionaries.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import { languages, type Language } from '../lib/i18n/messages.ts';

const original = globalThis.fetch;
const later = '2099-01-01T00:00:00.000Z';
const purchase: Purchase = {
  purchaseId: 'p_8fK2mQx7RtVb3NcY5LzW1a',
  saleId: 'concert',
  visitorId: 'v',
  quantity: 1,
  state: 'paid',
  purchasedAt: '2026-05-01T10:00:00.000Z',
};
const older: Purchase = { ...purchase, purchaseId: 'p_0000000000000000000000', purchasedAt: '2026-05-01T09:00:00.000Z' };
const visitorOf = (changed: Partial<Visitor>): Visitor => ({
  saleId: 'concert',
  visitorId: 'v',
  generation: 1,
  state: 'waiting',
  seq: 7,
  position: 6,
  waiting: 7,
  pollAfterMs: 1_000,
  ...changed,
});
const saleOf = (changed: Partial<Sale>): Sale => ({
  saleId: 'concert',
  title: 'Concert',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 40, left: 39, held: 0, sold: 1 },
  waiting: 7,
  lobby: 0,
  active: 0,
  admitPerSecond: 1,
  activeLimit: 10,
  sessionSeconds: 300,
  perVisitorLimit: 4,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: new Date().toISOString(),
  ...changed,
});
let queue: TicketQueue;

const Page = () => {
  queue = useTicketQueue('concert', { sale: null, cookieSeen: true, intent: 'i' });
  return (
    <Screen
      queue={queue}
      alerts={{ status: 'off', turnOn: () => {}, turnOff: () => {} }}
      entry={{ phase: 'ready', seconds: 3, failure: null, go: () => {}, stay: () => {} }}
      check={{ check: { status: 'idle' }, start: () => {} }}
      receiptsOpened={useRef(false)}
    />
  );
};

/** Opens the page, as after a reload, with what the server knows. */
const open = async (sale: Partial<Sale>, visitor: Partial<Visitor>, purchases: Purchase[], language: Language = 'en') => {
  const answers: Record<string, object> = {
    '': saleOf(sale),
    '/queue/me': visitorOf(visitor),
    '/purchases/me': { purchases },
    '/holds/me': { holds: [] },
  };
  globalThis.fetch = (async (url: string) => {
    const body = answers[url.replace('/api/sales/concert', '')];
    return body === undefined ? new Promise(() => {}) : { ok: true, status: 200, headers: new Map(), json: async () => body };
  }) as unknown as typeof fetch;
  await act(async () =>
    render(
      <LanguageProvider initial={language} messages={dictionaries[language]}>
        <Page />
      </LanguageProvider>,
    ),
  );
  await waitFor(() => expect(queue.view.state).not.toBe('loading'));
};
const receipts = () => screen.findByTestId<HTMLDetailsElement>('earlier-receipts');

beforeEach(() => {
  localStorage.clear();
  // jsdom has none.
  HTMLDialogElement.prototype.close = () => {};
  globalThis.WebSocket = class {
    close(): void {}
  } as never;
});
afterEach(() => {
  cleanup();
  globalThis.fetch = original;
});

const soldOut = { soldOut: true, stock: { total: 40, left: 0, held: 0, sold: 40 } };
const inside = { state: 'admitted', claimed: true, admittedUntil: later } as const;
const states: [name: TicketQueue['view']['state'], sale: Partial<Sale>, visitor: Partial<Visitor>, isOpen: boolean][] = [
  ['expired', {}, { state: 'expired' }, true],
  ['left', {}, { state: 'left' }, true],
  ['completed', {}, { state: 'completed', outcome: 'abandoned' }, true],
  ['sold_out', soldOut, {}, true],
  ['sold_out', soldOut, { state: 'left' }, true],
  ['closed', { status: 'closed' }, {}, true],
  ['closed', { status: 'closed' }, { state: 'expired' }, true],
  ['waiting', {}, {}, false],
  ['paused', { status: 'paused' }, {}, false],
  ['buying', {}, inside, false],
];

describe('whoever joined again, and opens the page later', () => {
  it.each(states)('finds number, code and the ways to keep them: %s %j %j, open: %s', async (state, sale, visitor, isOpen) => {
    await open(sale, visitor, [older, purchase]);
    expect(queue.view.state).toBe(state);
    const box = await receipts();
    expect(box.open).toBe(isOpen);
    expect(box.querySelector('summary')!.textContent).toBe('You already have 2 from this sale.');
    const inBox = within(box);
    // The newest first.
    expect(inBox.getByTestId('purchase-id').textContent).toBe(purchase.purchaseId);
    expect(inBox.getByText(older.purchaseId)).toBeTruthy();
    const codes = await inBox.findAllByRole('img', { hidden: true });
    expect(codes.map((code) => code.getAttribute('aria-label'))).toEqual([
      `QR code of the confirmation number ${purchase.purchaseId}`,
      `QR code of the confirmation number ${older.purchaseId}`,
    ]);
    for (const name of ['save', 'print', 'copy']) expect(await inBox.findByTestId(`receipt-${name}`)).toBeTruthy();
  });

  it.each(languages)('reads it in the own language: %s', async (language) => {
    await open(soldOut, { state: 'expired' }, [purchase], language);
    const box = await receipts();
    const { 'purchased.already': already, 'purchased.number': number } = dictionaries[language];
    for (const part of [already.replace('{count}', '1'), number]) expect(box.textContent).toContain(part);
    const [save, keep] = { en: ['Save', 'whenever you open this page'], ko: ['파일로 저장', '언제든 볼 수 있습니다'] }[language];
    expect((await within(box).findByTestId('receipt-save')).textContent).toBe(save);
    expect(box.textContent).toContain(keep);
  });
});

it('nothing is added without a paid purchase, nor to the confirmation itself', async () => {
  await open(soldOut, { state: 'left' }, []);
  expect(screen.queryByTestId('earlier-receipts')).toBeNull();
  cleanup();
  await open({}, { state: 'left' }, [{ ...purchase, state: 'cancelled' }]);
  await screen.findByText(purchase.purchaseId);
  expect(screen.queryByTestId('earlier-receipts')).toBeNull();
  cleanup();
  await open({}, { state: 'purchased' }, [purchase]);
  await screen.findByTestId('confirmation');
  expect(screen.getAllByText(purchase.purchaseId)).toHaveLength(1);
  expect(screen.queryByTestId('earlier-receipts')).toBeNull();
});

it('a turn that is missed, and a sale that sells out, leave the receipt where it is', async () => {
  await open({}, {}, [purchase]);
  expect((await receipts()).open).toBe(false);
  globalThis.fetch = (async (url: string) => {
    const path = url.replace('/api/sales/concert', '');
    const body = path === '' ? saleOf(soldOut) : path === '/queue/me' ? visitorOf({ state: 'expired' }) : null;
    // The purchases cannot be read now: those known stay.
    if (body === null) throw new TypeError('no network');
    return { ok: true, status: 200, headers: new Map(), json: async () => body };
  }) as unknown as typeof fetch;
  await act(async () => void (await queue.refresh()));
  expect(queue.view.state).toBe('sold_out');
  expect(within(await receipts()).getByTestId('purchase-id').textContent).toBe(purchase.purchaseId);
});

it('a visitor taken over from another device brings the own receipts, not those of the one before', async () => {
  await open({}, {}, [purchase]);
  await receipts();
  const another = visitorOf({ visitorId: 'w', seq: 3 });
  const theirs = { ...older, visitorId: 'w' };
  let isRead = (): void => {};
  globalThis.fetch = (async (url: string) => {
    const path = url.replace('/api/sales/concert', '');
    if (path === '/purchases/me') await new Promise<void>((resolve) => (isRead = resolve));
    const answers: Record<string, object> = {
      '': saleOf({}),
      '/transfer': { visitor: another, token: 'a.b.c' },
      '/queue/me': another,
      '/purchases/me': { purchases: [theirs] },
    };
    return { ok: true, status: 200, headers: new Map(), json: async () => answers[path] };
  }) as unknown as typeof fetch;
  await act(async () => queue.takeTransfer('code'));
  await waitFor(() => expect(screen.queryByTestId('earlier-receipts')).toBeNull());
  await act(async () => isRead());
  expect(within(await receipts()).getByTestId('purchase-id').textContent).toBe(theirs.purchaseId);
});

it('an opened receipt stays open, and keeps the focus, while the last ticket is held and released', async () => {
  let stock = { total: 40, left: 1, held: 0, sold: 39 };
  let state: Visitor['state'] = 'waiting';
  const ask = () => window.dispatchEvent(new StorageEvent('storage', { key: 'sunbeon:place:concert' }));
  globalThis.fetch = (async (url: string) => {
    const path = url.replace('/api/sales/concert', '');
    const answers: Record<string, object> = {
      '': saleOf({ stock, serverTime: new Date().toISOString() }),
      '/queue/me': visitorOf({ state }),
      '/purchases/me': { purchases: [purchase] },
    };
    if (!Object.hasOwn(answers, path)) return new Promise(() => {});
    return { ok: true, status: 200, headers: new Map(), json: async () => answers[path] };
  }) as unknown as typeof fetch;
  await act(async () =>
    render(
      <LanguageProvider initial="en" messages={dictionaries.en}>
        <WaitingRoom saleId="concert" seen={{ sale: null, cookieSeen: true, intent: 'i' }} />
      </LanguageProvider>,
    ),
  );
  const box = await receipts();
  const summary = box.querySelector('summary')!;
  await act(async () => {
    summary.focus();
    summary.click();
  });
  expect(box.open).toBe(true);
  stock = { ...stock, left: 0, held: 1 };
  ask();
  await waitFor(() => expect(box.isConnected).toBe(false), { timeout: 10_000 });
  const second = await receipts();
  await waitFor(() => expect([second.open, document.activeElement === second.querySelector('summary')]).toEqual([true, true]));
  // Where nothing else is to do it is open anyway; that is nothing the reader wished.
  await act(async () => second.querySelector('summary')!.click());
  state = 'left';
  ask();
  await waitFor(() => expect(second.isConnected).toBe(false), { timeout: 10_000 });
  expect((await receipts()).open).toBe(true);
});
