import type { Draw } from './draw-schemas.ts';
import type { Line } from './line-schemas.ts';
import type { AuditLog } from './operator-schemas.ts';
import type { Challenge } from './proof-schemas.ts';
import type { SaleReport, Hold, TypeOf, OperatorSale, Place, Purchase, Sale, SaleStats, Visitor } from './schemas.ts';

const saleId = 'concert_2025';
const visitorId = 'Yk3v0pVQmJm1n2q7cE4x8A';
const serverTime = '2026-05-01T10:00:07.250Z';

const sale: Sale = {
  saleId,
  title: 'Concert 2025',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  opensAt: '2026-05-01T10:00:00.000Z',
  timeZone: 'Asia/Seoul',
  message: 'Doors are open',
  stock: { total: 1_000, left: 940, held: 20, sold: 40 },
  waiting: 5_200,
  lobby: 0,
  active: 310,
  admitPerSecond: 50,
  activeLimit: 500,
  sessionSeconds: 300,
  perVisitorLimit: 4,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  proofWanted: false,
  serverTime,
};
const operatorSale: OperatorSale = {
  ...sale,
  claimSeconds: 60,
  holdSeconds: 120,
  maxExtensions: 2,
  proofOfWorkSeconds: 2,
  version: 7,
  leader: 'admission-1',
  epoch: 3,
  lastTickAt: '2026-05-01T10:00:07.010Z',
  joined: 5_560,
  admitted: 350,
  left: 6,
  expired: 4,
  completed: 0,
  abandoned: 0,
};
const visitor: Visitor = {
  saleId,
  visitorId,
  state: 'waiting',
  generation: 1_777_000_000_000,
  seq: 1_042,
  position: 690,
  waiting: 5_200,
  etaSeconds: { low: 13, high: 17 },
  pollAfterMs: 2_000,
};
const place: Place = { visitor, token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJZazN2MHBWUSJ9.c2lnbmF0dXJl' };
const purchase: Purchase = {
  purchaseId: 'p_Q0mXx3oB2Zc7VbQ9aK1dTg',
  saleId,
  visitorId,
  quantity: 2,
  state: 'paid',
  purchasedAt: '2026-05-01T10:01:40.000Z',
};
const order: TypeOf<'Order'> = { ...purchase, seq: 1_042, reference: 'A-2025-0042' };
const planned: TypeOf<'PlannedChange'> = {
  plannedId: 'pl_7hQk2mX9wS0ZrTb4NcV6Jg',
  at: '2098-05-01T10:30:00.000Z',
  change: { admitPerSecond: 120, message: 'Twice as fast from now on' },
  operator: 'minji',
};
const hold: Hold = { holdId: 'h_w8YtZrN5R0SgJk2Lm4PqUA', saleId, visitorId, quantity: 2, expiresAt: '2026-05-01T10:03:20.000Z' };
const auditLog: AuditLog = {
  entries: [
    {
      at: '2026-05-01T09:58:00.000Z',
      action: 'change',
      operator: 'anna',
      address: '192.0.2.10',
      detail: { admitPerSecond: '80' },
      before: { admitPerSecond: '50' },
      after: { admitPerSecond: '80' },
    },
  ],
  next: '1777629480000-0.0',
};
const stats: SaleStats = {
  sale: operatorSale,
  purchases: 22,
  events: 1_204,
  gateways: 2,
  browsers: 5_010,
  refused: 0,
  redisSeconds: 0.004,
  estimates: 350,
  estimateErrorSeconds: 41.5,
  forecast: {
    soldOut: { from: '2026-05-01T10:13:10.000Z', to: '2026-05-01T10:15:40.000Z' },
    pace: 3.6,
    ticketsPerAdmission: { low: 1.4, high: 1.6 },
  },
  conversion: 0.74,
  noShowRate: 0.12,
  waits: { p50: 48_200, p95: 61_000 },
  invariants: [
    {
      invariant: 'I1',
      title: 'Stock',
      verdict: 'holds',
      text: 'total 1,000 = left 940 + held 20 + sold 40',
      said: [{ code: 'stock', values: { total: 1_000, left: 940, held: 20, sold: 40 } }],
    },
  ],
  samples: [[1_777_629_607_010, 5_200, 310, 350, 22, 940, 20, 40, 5_010, 350, 41.5, 3, 1_000, 0, 0, 5_540, 340, 50, 1_000, 61_000]],
};
const report: SaleReport = {
  sale: operatorSale,
  from: '2026-05-01T09:59:07.010Z',
  to: '2026-05-01T10:00:07.010Z',
  purchases: 22,
  cancelledOrders: 1,
  cancelledTickets: 2,
  noShows: 3,
  waits: { measured: 310, p50Seconds: 3.1, p95Seconds: 6, longestSeconds: 6.4 },
  paceKept: 0.98,
  estimates: { count: 350, meanErrorSeconds: 0.12 },
  rows: [
    [1_777_629_547_010, 0, 0, 0, 0, 1_000, 0, 0, 12, 0, 0, 3, 0, 0, 0, 0, 0, 0, 1_000, 0],
    [1_777_629_607_010, 5_200, 310, 350, 22, 940, 20, 40, 5_010, 350, 41.5, 3, 60_000, 0, 0, 5_540, 340, 50, 1_000, 61_000],
  ],
};

const challenge: Challenge = {
  parameters: {
    algorithm: 'SHA-256',
    cost: 1,
    data: { generation: '1777000000000', most: 4_000_000, sale: saleId },
    expiresAt: 1_777_629_727,
    keyLength: 32,
    keyPrefix: '5c0a8d1a7a0b4f3e9f5b2f7a6c1d8e90',
    nonce: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    salt: '00112233445566778899aabbccddeeff',
  },
  signature: '9b1c3f0e7d5a42688f7e6d5c4b3a29180716253443526170819a0b1c2d3e4f50',
};
const draw: Draw = {
  algorithm: 'sunbeon-draw-v1',
  phase: 'drawn',
  order: 'random',
  commitment: '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925',
  generation: 1_777_000_000_000,
  lobbyOpensAt: '2026-05-01T09:30:00.000Z',
  opensAt: '2026-05-01T10:00:00.000Z',
  closedAt: '2026-05-01T10:00:00.004Z',
  frozenAt: '2026-05-01T10:00:00.900Z',
  count: 5_210,
  root: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  seed: '0000000000000000000000000000000000000000000000000000000000000000',
  drawnAt: '2026-05-01T10:00:01.400Z',
};
const line: Line = {
  version: 1,
  saleId,
  generation: 1_777_000_000_000,
  status: 'open',
  at: '2026-05-01T10:01:20.000Z',
  lastSeq: 9_731,
  frontier: 4_210,
  waiting: 5_200,
  admitPerSecond: 50,
  pace: 49.5,
  stock: { left: 940, held: 20, total: 1_000 },
  chances: [
    [540, 0.99],
    [600, 0.5],
    [680, 0.01],
  ],
  message: 'Doors are open',
  opensAt: '2026-05-01T10:00:00.000Z',
  lobby: 0,
  departures: { block: 4_096, from: 1, counts: [220, 103] },
  next: 1_000,
};
const accessCode = { code: '7K3QX9M2VD', uses: 2, used: 0, label: 'press' };
const passId = 'concert_2025.3q2-7wUAmJm1n2q7cE4x8A';
const pass = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJZazN2MHBWUSJ9.c2lnbmF0dXJl';
const expiresAt = '2026-05-01T10:06:20.000Z';
const passes = {
  Ticket: {
    url: 'https://shop.example/concert?seat=12&sunbeon_ticket=concert_2025.Yk3v0pVQmJm1n2q7cE4x8A',
    ticketExpiresAt: '2026-05-01T10:02:20.000Z',
    passExpiresAt: expiresAt,
  },
  Redemption: { pass, passId, saleId, visitorId, expiresAt, returnUrl: 'https://shop.example/concert?seat=12' },
  PassExtension: { pass, expiresAt },
  PassCompletion: { completedAt: '2026-05-01T10:04:00.000Z' },
  PassKeys: {
    keys: [
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
        kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
        alg: 'EdDSA',
        use: 'sig',
      },
    ],
  },
  PassStatus: { passId, saleId, visitorId, state: 'active', expiresAt },
} as const satisfies { [Id in 'Ticket' | 'Redemption' | 'PassExtension' | 'PassCompletion' | 'PassKeys' | 'PassStatus']: TypeOf<Id> };

/** One answer of each schema, by `$id`: one visitor of one sale, for OpenAPI, AsyncAPI and the guides. Each is valid by its schema. */
export const answerExamples = {
  Sale: sale,
  OperatorSale: operatorSale,
  SalesList: { sales: [sale], next: 'Y29uY2VydF8yMDI1' },
  OperatorSalesList: { sales: [operatorSale], broken: [{ saleId: 'concert_2019', broken: 'stock' }] },
  Visitor: visitor,
  Place: place,
  Purchase: purchase,
  PurchaseList: { purchases: [purchase] },
  Order: order,
  OrdersList: { orders: [order], next: '22' },
  PlannedChange: planned,
  PlannedList: { planned: [planned] },
  Hold: hold,
  HoldList: { holds: [hold] },
  AuditLog: auditLog,
  SaleReport: report,
  OperatorIdentity: { name: 'anna', role: 'operator' },
  SaleStats: stats,
  Draw: draw,
  Line: line,
  Challenge: challenge,
  MadeCodes: { codes: [accessCode], existed: 0 },
  CodesList: { codes: [{ ...accessCode, used: 1 }], next: '1' },
  Transfer: {
    url: 'https://tickets.example/sales/concert_2025#transfer=Yk3v0pVQmJm1n2q7cE4x8A',
    code: 'Yk3v0pVQmJm1n2q7cE4x8A',
    expiresAt: '2026-05-01T10:02:07.250Z',
  },
  Receipt: { receipt: 'eyJhbGciOiJFZERTQSJ9.eyJzZXEiOjEwNDJ9.c2lnbmF0dXJl' },
  ...passes,
} as const;
