import { expect, type Page, type WebSocketRoute } from '@playwright/test';
import { errorCatalogue, type ErrorCode, type Hold, type Purchase, type Sale, type ServerMessage, type Visitor } from '@sunbeon/contracts';
import { quicknet, roundAfter } from '../../services/admission/src/draw/drand.ts';
import { drawnOf } from './drawn.ts';

/** Every state of the page; a unit test of the web holds this list and the union of the code together. */
export const stateNames = [
  'loading',
  'not_found',
  'unreachable',
  'checking',
  'scheduled',
  'lobby_open',
  'join',
  'lobby',
  'drawing',
  'waiting',
  'paused',
  'admitted',
  'buying',
  'holding',
  'entering',
  'paying',
  'completed',
  'purchased',
  'expired',
  'left',
  'sold_out',
  'closed',
] as const;

/** One state of the page, by answers of the API. The page itself is real: its reducer, its screens. */
export interface Recorded {
  name: string;
  /** Expected `data-state`. */
  state: (typeof stateNames)[number];
  sale?: Partial<Sale>;
  visitor?: Partial<Visitor>;
  purchases?: Purchase[];
  holds?: Hold[];
  /** After the first `state` of the stream. */
  messages?: ServerMessage[];
  /** A second `state` of the stream, as it differs from the first. */
  later?: { sale: Partial<Sale>; visitor: Partial<Visitor> };
  /** The draw that this place is checked by. */
  check?: 'right' | 'wrong' | 'not_proven';
  /** Answer of the API: none, none from the network, or that the sale does not exist. */
  api?: 'silent' | 'unreachable' | 'missing' | 'doubtful';
  /** Outcome of a POST: never answered, or refused. Undefined: success. */
  post?: 'silent' | ErrorCode;
  /** The reader's actions before. */
  act?: (page: Page) => Promise<void>;
}

const soonIso = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
const saleId = 'concert_2025';
const stock = (left: number, held: number, total = 3_000) => ({ total, left, held, sold: total - left - held });
const waiting: Partial<Visitor> = { state: 'waiting', seq: 812, position: 214, waiting: 1_380, etaSeconds: { low: 200, high: 320 } };
const inside = (claimed: boolean, seconds: number): Partial<Visitor> => ({
  state: 'admitted',
  seq: 812,
  claimed,
  admittedUntil: soonIso(seconds),
});
const hold = (seconds: number): Hold => ({
  holdId: 'h_0123456789012345678901',
  saleId,
  visitorId: 'v',
  quantity: 2,
  expiresAt: soonIso(seconds),
});
const purchase: Purchase = {
  purchaseId: 'p_8fK2mQx7RtVb3NcY5LzW1a',
  saleId,
  visitorId: 'v',
  quantity: 2,
  state: 'paid',
  purchasedAt: '2026-10-03T11:02:41.000Z',
};
/** A line in front of another shop. */
const gate: Partial<Sale> = {
  kind: 'gate',
  stock: undefined,
  perVisitorLimit: undefined,
  returnUrls: ['https://shop.example.org/tickets', 'https://m.shop.example.org/tickets'],
};
const paidInShop: Partial<Sale> = { confirmBy: 'shop', returnUrls: ['https://shop.example.org/pay'] };
/** Stops the page's clock, so that a countdown keeps its value. */
const freeze = (page: Page) =>
  page.evaluate(() => {
    const atMs = performance.now();
    performance.now = () => atMs;
  });
const allHeld = { stock: stock(0, 41) };
const withLobby: Partial<Sale> = {
  status: 'lobby',
  lobbyOpensAt: soonIso(-3_600),
  opensAt: soonIso(754),
  waiting: 0,
  lobby: 5_210,
  draw: { commitment: '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925', order: 'random', beacon: 'drand' },
};
const unfold = (page: Page) => page.getByTestId('proof').locator('summary').click();
const seeReceipt = async (page: Page) => {
  await expect(page.getByTestId('purchase-id')).toBeVisible();
  await expect(page.getByTestId('purchase-qr').getByRole('img')).toBeVisible();
  await expect(page.getByTestId('receipt-save')).toBeVisible();
};
const click = (testId: string) => (page: Page) => page.getByTestId(testId).click();

/** Built for each picture: its deadlines are in the future. */
export const recordedStates = (): Recorded[] => [
  { name: 'loading', state: 'loading', api: 'silent' },
  { name: 'scheduled', state: 'scheduled', sale: { status: 'scheduled', opensAt: soonIso(754), waiting: 0, stock: stock(3_000, 0) } },
  {
    name: 'scheduled-lobby',
    state: 'scheduled',
    sale: { ...withLobby, status: 'scheduled', lobbyOpensAt: soonIso(7_300), opensAt: soonIso(9_100), lobby: 0 },
  },
  { name: 'lobby-open', state: 'lobby_open', sale: withLobby },
  { name: 'lobby-open-arrival', state: 'lobby_open', sale: { ...withLobby, draw: undefined, waiting: 5_210, lobby: 0 } },
  { name: 'join', state: 'join' },
  { name: 'join-drawing', state: 'join', sale: { ...withLobby, status: 'drawing' } },
  { name: 'join-paused', state: 'join', sale: { status: 'paused' } },
  { name: 'join-refused', state: 'join', post: 'limit_exceeded', act: click('join-button') },
  { name: 'lobby', state: 'lobby', sale: withLobby, visitor: { state: 'lobby' } },
  { name: 'lobby-proof', state: 'lobby', sale: withLobby, visitor: { state: 'lobby' }, act: unfold },
  { name: 'lobby-paused', state: 'lobby', sale: { ...withLobby, status: 'paused' }, visitor: { state: 'lobby' } },
  { name: 'lobby-leaving', state: 'lobby', sale: withLobby, visitor: { state: 'lobby' }, act: click('leave-button') },
  { name: 'lobby-left', state: 'left', sale: withLobby, visitor: { state: 'left' } },
  { name: 'drawing', state: 'drawing', sale: { ...withLobby, status: 'drawing' }, visitor: { state: 'lobby' } },
  {
    name: 'lobby-ended',
    state: 'closed',
    sale: { ...withLobby, status: 'lobby' },
    visitor: { state: 'lobby' },
    later: { sale: { status: 'closed', lobby: 0 }, visitor: { state: 'left' } },
  },
  {
    name: 'waiting-early',
    state: 'waiting',
    sale: { ...withLobby, draw: undefined, waiting: 1_380, lobby: 0 },
    visitor: { ...waiting, etaSeconds: undefined },
  },
  {
    name: 'waiting-behind-draw',
    state: 'waiting',
    sale: { ...withLobby, status: 'drawing', waiting: 1 },
    visitor: { ...waiting, seq: 5_211, position: 5_211, waiting: 5_211, etaSeconds: undefined },
  },
  { name: 'waiting-drawn', state: 'waiting', sale: { ...withLobby, status: 'open', lobby: 0, waiting: 1_380 }, visitor: waiting },
  ...(['right', 'wrong', 'not_proven'] as const).map((check): Recorded => ({
    name: `check-${check}`,
    state: 'waiting',
    sale: { ...withLobby, status: 'open', lobby: 0, waiting: 1_380 },
    visitor: waiting,
    check,
    act: async (page) => {
      await click('check-button')(page);
      await page
        .getByTestId('check')
        .and(page.locator(`[data-outcome=${check}]`))
        .waitFor();
    },
  })),
  { name: 'waiting', state: 'waiting', visitor: waiting },
  {
    name: 'waiting-far',
    state: 'waiting',
    sale: { waiting: 182_400 },
    visitor: { ...waiting, seq: 130_000, position: 128_430, waiting: 182_400, etaSeconds: { low: 2_568, high: 3_300 } },
  },
  { name: 'waiting-next', state: 'waiting', visitor: { ...waiting, position: 1, waiting: 1_167, etaSeconds: { low: 0, high: 1 } } },
  {
    name: 'waiting-message',
    state: 'waiting',
    visitor: waiting,
    sale: { message: '사운드 체크로 입장이 10분 늦어집니다.\nDoors are ten minutes late because of the sound check.' },
  },
  {
    name: 'waiting-slower',
    state: 'waiting',
    visitor: waiting,
    messages: [{ type: 'position', position: 213, waiting: 1_390, etaSeconds: { low: 213, high: 720 } }],
  },
  { name: 'waiting-held', state: 'waiting', visitor: waiting, sale: allHeld },
  {
    name: 'waiting-offline',
    state: 'waiting',
    visitor: waiting,
    act: async (page) => {
      await page.context().setOffline(true);
    },
  },
  {
    name: 'waiting-called',
    state: 'waiting',
    visitor: waiting,
    act: async (page) => {
      await page.getByTestId('alerts').getByRole('button').click();
    },
  },
  { name: 'leaving', state: 'waiting', visitor: waiting, act: click('leave-button') },
  { name: 'paused', state: 'paused', visitor: { ...waiting, etaSeconds: undefined }, sale: { status: 'paused' } },
  { name: 'admitted', state: 'admitted', visitor: inside(false, 52), post: 'silent' },
  { name: 'buying', state: 'buying', visitor: inside(true, 272) },
  { name: 'buying-sending', state: 'buying', visitor: inside(true, 272), post: 'silent', act: click('buy-button') },
  { name: 'buying-refused', state: 'buying', visitor: inside(true, 24), post: 'insufficient_stock', act: click('buy-button') },
  { name: 'buying-held', state: 'buying', visitor: inside(true, 272), sale: allHeld },
  { name: 'holding', state: 'holding', visitor: inside(true, 272), holds: [hold(112)] },
  {
    name: 'hold-over',
    state: 'buying',
    visitor: inside(true, 160),
    holds: [hold(3)],
    messages: [{ type: 'released', id: '9-0', hold: hold(-1) }],
  },
  { name: 'gate-join', state: 'join', sale: gate },
  { name: 'gate-waiting', state: 'waiting', sale: gate, visitor: waiting },
  { name: 'entering', state: 'entering', sale: gate, visitor: inside(true, 272), post: 'silent', act: freeze },
  { name: 'entering-link', state: 'entering', sale: gate, visitor: inside(true, 272), post: 'silent', act: click('stay-button') },
  { name: 'entering-going', state: 'entering', sale: gate, visitor: inside(true, 272), post: 'silent', act: click('shop-link') },
  { name: 'entering-limit', state: 'entering', sale: gate, visitor: inside(true, 24), post: 'limit_exceeded', act: click('shop-link') },
  { name: 'entering-closed', state: 'entering', sale: { ...gate, status: 'closed' }, visitor: inside(true, 272) },
  {
    name: 'entering-live',
    state: 'entering',
    sale: gate,
    visitor: inside(true, 272),
    post: 'pass_is_live',
    act: async (page) => {
      await click('stay-button')(page);
      await click('leave-button')(page);
      await click('leave-confirm')(page);
    },
  },
  { name: 'buying-for-shop', state: 'buying', sale: paidInShop, visitor: inside(true, 272) },
  { name: 'paying', state: 'paying', sale: paidInShop, visitor: inside(true, 272), holds: [hold(112)], post: 'silent', act: freeze },
  {
    name: 'pay-time-over',
    state: 'buying',
    sale: paidInShop,
    visitor: inside(true, 160),
    holds: [hold(3)],
    post: 'silent',
    messages: [{ type: 'released', id: '9-0', hold: hold(-1) }],
  },
  { name: 'completed', state: 'completed', sale: gate, visitor: { state: 'completed', outcome: 'purchased', seq: 812 } },
  {
    name: 'completed-abandoned',
    state: 'completed',
    sale: gate,
    visitor: inside(true, 160),
    post: 'silent',
    messages: [{ type: 'completed', id: '9-0', outcome: 'abandoned' }],
  },
  {
    name: 'expired-gate',
    state: 'expired',
    sale: gate,
    visitor: inside(true, 3),
    post: 'silent',
    messages: [{ type: 'expired', id: '9-0', reason: 'session_over' }],
  },
  { name: 'purchased', state: 'purchased', visitor: { state: 'purchased', seq: 812 }, purchases: [purchase] },
  {
    name: 'expired',
    state: 'expired',
    visitor: inside(false, 52),
    post: 'silent',
    messages: [{ type: 'expired', id: '9-0', reason: 'claim_missed' }],
  },
  { name: 'left', state: 'left', visitor: { state: 'left', seq: 812 } },
  { name: 'sold-out', state: 'sold_out', visitor: waiting, sale: { soldOut: true, stock: stock(0, 0) } },
  { name: 'closed', state: 'closed', sale: { status: 'closed' }, visitor: waiting },
  { name: 'checking', state: 'checking', api: 'doubtful' },
  { name: 'unreachable', state: 'unreachable', api: 'unreachable' },
  { name: 'not-found', state: 'not_found', api: 'missing' },
  // The stock may not last until this turn.
  {
    name: 'waiting-unlikely',
    state: 'waiting',
    visitor: { ...waiting, chance: 0.42 },
    act: (page) => expect(page.getByTestId('chance')).toContainText(/(가능성: 약 40%|about 40%)/),
  },
  // Bought before, and joined again.
  {
    name: 'sold-out-receipt',
    state: 'sold_out',
    visitor: { state: 'expired', seq: 812 },
    sale: { soldOut: true, stock: stock(0, 0) },
    purchases: [purchase],
    act: seeReceipt,
  },
  {
    name: 'waiting-receipt',
    state: 'waiting',
    visitor: waiting,
    purchases: [purchase],
    act: async (page) => {
      await page.getByTestId('earlier-receipts').locator('summary').click();
      await seeReceipt(page);
    },
  },
];

const problem = (code: ErrorCode, status: number) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: code, status, code }),
});
const json = (body: unknown, status = 200) => ({ status, contentType: 'application/json', body: JSON.stringify(body) });

/** Answers this page's calls and its stream as the contract does, from one recorded state. */
export const answerFrom = async (page: Page, id: string, title: string, recorded: Recorded): Promise<void> => {
  const sale: Sale = {
    saleId: id,
    title,
    status: 'open',
    kind: 'shop',
    soldOut: false,
    stock: stock(1_840, 41),
    waiting: 1_380,
    lobby: 0,
    active: 260,
    admitPerSecond: 1,
    activeLimit: 400,
    sessionSeconds: 300,
    perVisitorLimit: 4,
    identity: 'none',
    access: 'open',
    proofOfWork: 'off',
    timeZone: 'UTC',
    proofWanted: false,
    serverTime: new Date().toISOString(),
    ...recorded.sale,
  };
  const generation = 1;
  const beacon = { network: 'quicknet', chain: quicknet.chain, round: roundAfter(Date.parse('2026-05-01T10:00:00.000Z'), quicknet) };
  const { draw, roster, seqOf } = drawnOf(
    id,
    generation,
    12,
    recorded.check === 'not_proven' ? { ...beacon, status: 'unavailable' } : undefined,
  );
  const mine = seqOf('visitor-7');
  const checked = { visitorId: 'visitor-7', seq: recorded.check === 'wrong' ? (mine % 12) + 1 : mine };
  const visitor =
    recorded.visitor === undefined
      ? null
      : ({
          saleId: id,
          visitorId: 'v',
          generation,
          pollAfterMs: 5_000,
          ...recorded.visitor,
          ...(recorded.check === undefined ? {} : checked),
        } as Visitor);
  // As if the browser had joined before, or had never been here.
  const hasPlace = recorded.visitor !== undefined || ['doubtful', 'silent', 'unreachable'].includes(recorded.api ?? '');
  if (hasPlace)
    await page.context().addCookies([{ name: `sunbeon_${id}`, value: 'recorded', url: `${process.env['TEST_WEB']}/sales/${id}` }]);
  await page.route(`**/api/sales/${id}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (recorded.api === 'silent') return;
    if (recorded.api === 'unreachable') return route.abort();
    if (recorded.api === 'missing') return route.fulfill(problem('sale_not_found', 404));
    if (recorded.api === 'doubtful' && pathname.endsWith('/queue/me')) return route.fulfill(problem('invalid_token', 401));
    if (route.request().method() !== 'GET') {
      if (recorded.post === 'silent') return;
      if (recorded.post !== undefined) return route.fulfill(problem(recorded.post, errorCatalogue[recorded.post].status));
      return route.fulfill({ status: 204 });
    }
    if (pathname.endsWith('/draw')) return route.fulfill(json(draw));
    if (pathname.includes('/entries/')) return route.fulfill({ status: 200, contentType: 'application/octet-stream', body: roster });
    if (pathname.endsWith('/queue/me')) return route.fulfill(visitor === null ? problem('invalid_token', 401) : json(visitor));
    if (pathname.endsWith('/purchases/me')) return route.fulfill(json({ purchases: recorded.purchases ?? [] }));
    if (pathname.endsWith('/holds/me')) return route.fulfill(json({ holds: recorded.holds ?? [] }));
    // Newer than what the web server read for the page.
    return route.fulfill(json({ ...sale, serverTime: new Date().toISOString() }));
  });
  await page.routeWebSocket(`**/api/sales/${id}/live**`, (socket: WebSocketRoute) => {
    if (visitor === null) return void socket.close({ code: 1008 });
    socket.send(JSON.stringify({ type: 'state', id: '8-0', visitor, sale } satisfies ServerMessage));
    // A moment later: what is told now is news to the page.
    setTimeout(() => {
      const { later } = recorded;
      if (later !== undefined)
        socket.send(
          JSON.stringify({
            type: 'state',
            id: '9-0',
            visitor: { ...visitor, ...later.visitor },
            sale: { ...sale, ...later.sale, serverTime: new Date().toISOString() },
          } satisfies ServerMessage),
        );
      for (const message of recorded.messages ?? []) socket.send(JSON.stringify(message));
    }, 400);
  });
};
