import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { renderToStaticMarkup } from 'react-dom/server';
import { dictionaries } from '../lib/i18n/dictionaries.ts';
import { plainTexts } from '../lib/i18n/plain.ts';

let hasCookie: boolean;
jest.unstable_mockModule('next/headers', () => ({
  cookies: async () => ({ has: () => hasCookie, get: () => undefined }),
  headers: async () => new Headers({ 'accept-language': 'en', ...(hasCookie ? { cookie: 'sunbeon_concert=t' } : {}) }),
}));
const { default: PlacePage } = await import('../app/sales/[sale]/place/page.tsx');
const { NoScript } = await import('../features/plain/no-script.tsx');

const sale: Sale = {
  saleId: 'concert',
  title: 'Concert',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 10, left: 5, held: 0, sold: 5 },
  waiting: 0,
  lobby: 0,
  active: 0,
  admitPerSecond: 1,
  activeLimit: 10,
  sessionSeconds: 300,
  perVisitorLimit: 2,
  identity: 'none',
  access: 'code',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: '2026-01-01T00:00:00.000Z',
};
const [t, en] = [plainTexts('en'), dictionaries.en];
let server: Server;

/** What the gateway answers; null: 503. */
let answers: { sale: Partial<Sale>; visitor: Partial<Visitor> | null; purchases: Partial<Purchase>[] | null };
beforeEach(async () => {
  hasCookie = true;
  answers = { sale: {}, visitor: { state: 'left' }, purchases: [] };
  server = createServer(({ url }, response) => {
    const { purchases, visitor } = answers;
    const isPlace = url!.endsWith('/queue/me');
    const body = url!.endsWith('/purchases/me') ? purchases && { purchases } : isPlace ? visitor : { ...sale, ...answers.sale };
    const status = body !== null ? 200 : isPlace ? 404 : 503;
    response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(body ?? { status, code: isPlace ? 'not_in_queue' : 'unavailable' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['GATEWAY_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  Reflect.deleteProperty(process.env, 'GATEWAY_URL');
});

/** The page of the place: its words, its button, and whether a code must be typed. */
const see = async () => {
  const page = await PlacePage({ params: Promise.resolve({ sale: 'concert' }), searchParams: Promise.resolve({}) });
  const html = renderToStaticMarkup(page).replaceAll('&#x27;', "'");
  const button = /<button[^>]*>([^<]*)</.exec(html)?.[1] ?? null;
  const field = /<input[^>]*name="code"[^>]*>/.exec(html)?.[0];
  return { html, button, isCodeRequired: field === undefined ? null : field.includes('required') };
};

it('asks whoever has bought for no code, and everybody else', async () => {
  const again = { button: t('again.button') };
  expect(await see()).toMatchObject({ ...again, isCodeRequired: true });
  answers.purchases = [{ quantity: 1, state: 'paid' }];
  for (const state of ['left', 'expired', 'purchased'] as const) {
    answers.visitor = { state };
    expect(await see()).toMatchObject({ ...again, isCodeRequired: false });
  }
});

it('purchases that cannot be read are not none', async () => {
  answers.purchases = null;
  answers.visitor = { state: 'purchased' };
  const { html, button } = await see();
  expect(button).toBeNull();
  expect(html).not.toContain(en['purchased.again'].split('{')[0]);
  answers.visitor = { state: 'expired' };
  const neutral = await see();
  expect(neutral).toMatchObject({ button: t('again.button'), isCodeRequired: false });
  expect(neutral.html).toContain(t('again.body'));
});

it('leads a browser without a cookie to the page of the sale, and offers one with a lost place a first join', async () => {
  answers.visitor = null;
  expect(await see()).toMatchObject({ button: t('join.button'), isCodeRequired: true });
  answers.sale = { status: 'lobby' };
  expect(await see()).toMatchObject({ button: en['lobby_open.button'] });
  hasCookie = false;
  const { html, button } = await see();
  expect(button).toBeNull();
  expect(html).toContain(`href="/sales/concert"`);
});

it('promises to join again on the page of the place only where the sale takes joins', async () => {
  const bodyOf = async (more: Partial<Sale>, cookieSeen: boolean) => {
    const props = { saleId: 'concert', cookieSeen, intent: 'i', refusal: undefined, returnAddress: undefined };
    return renderToStaticMarkup(await NoScript({ ...props, sale: { ...sale, ...more } }));
  };
  expect(await bodyOf({}, true)).toContain(t('seen.body'));
  for (const more of [{ soldOut: true }, { status: 'closed' }] as const) {
    const body = await bodyOf(more, true);
    expect(body).toContain(t('wait.body'));
    expect(body).toContain(t('place.link'));
  }
  expect(await bodyOf({ status: 'lobby' }, false)).toContain(t('again.lobby'));
});
