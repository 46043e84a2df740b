import { Type, type Static, type TSchema } from 'typebox';
import { saleIdPattern } from './ids.ts';
import { limits } from './limits.ts';
import { ProblemSchema } from './problem-schema.ts';
import { sampleColumns } from './samples.ts';
import { saleTimePattern } from './times.ts';

const object = <T extends Record<string, TSchema>>(properties: T, id: string, description: string) =>
  Type.Object(properties, { $id: id, additionalProperties: false, description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const time = (description: string) => Type.String({ format: 'date-time', description: `${description}; ISO 8601 UTC` });

export const SaleId = Type.String({ pattern: saleIdPattern, description: '1–40 of a-z 0-9 _ -, beginning with a letter or digit' });
export const SaleStatus = Type.Union([Type.Literal('scheduled'), Type.Literal('open'), Type.Literal('paused'), Type.Literal('closed')], {
  description:
    '`scheduled`: joins are refused until it opens. `open`: joins and admissions. `paused`: joins, no admissions. `closed`: neither',
});
export type SaleStatus = Static<typeof SaleStatus>;

export const Stock = Type.Object(
  { total: count('Tickets of the sale'), left: count('Free to buy'), held: count('Set aside for running payments'), sold: count('Sold') },
  { additionalProperties: false, description: 'total = left + held + sold' },
);

const publicSale = {
  saleId: SaleId,
  title: Type.String({ description: 'Title of the sale' }),
  status: SaleStatus,
  soldOut: Type.Boolean({ description: 'left = 0 and held = 0' }),
  opensAt: Type.Optional(time('When it opens by itself')),
  closesAt: Type.Optional(time('When it closes by itself')),
  message: Type.Optional(Type.String({ description: 'Message of the operator to waiting visitors' })),
  stock: Stock,
  waiting: count('Visitors in the queue'),
  lobby: count('Visitors in the lobby'),
  active: count('Visitors who may buy now'),
  admitPerSecond: Type.Number({ exclusiveMinimum: 0, description: 'Configured pace, visitors per second; may be fractional' }),
  activeLimit: Type.Integer({ minimum: 1, description: 'Limit of active visitors' }),
  sessionSeconds: Type.Integer({ minimum: 1, description: 'Time to buy after the claim' }),
  perVisitorLimit: Type.Integer({ minimum: 1, description: 'Tickets one visitor may buy' }),
  serverTime: time('The clock of Redis'),
};
/** Public properties of a sale. */
export const Sale = object(publicSale, 'Sale', 'What anyone may know of a sale');
export type Sale = Static<typeof Sale>;

/** Further properties, for operators. */
export const OperatorSale = object(
  {
    ...publicSale,
    claimSeconds: Type.Integer({ minimum: 1, description: 'Time to claim after the admission' }),
    holdSeconds: Type.Integer({ minimum: 1, description: 'Time to confirm a hold' }),
    version: Type.Integer({ minimum: 1, description: 'Grows with every change; for If-Match' }),
    leader: Type.Optional(Type.String({ description: 'The admission instance that ticks this sale' })),
    epoch: count('Fencing number of the leader'),
    lastTickAt: Type.Optional(time('Last tick')),
    joined: count('Places ever given'),
    admitted: count('Ever admitted'),
    left: count('Ever left, from the queue or from inside'),
    expired: count('Ever expired'),
  },
  'OperatorSale',
  'What operators know of a sale',
);
export type OperatorSale = Static<typeof OperatorSale>;

const saleTime = (description: string) =>
  Type.String({
    format: 'date-time',
    pattern: saleTimePattern,
    description: `${description}; ISO 8601 with seconds and \`Z\` or an offset, years 2000 to 2099`,
  });
/** Control characters: C0, C1, line and paragraph separators, and bidirectional controls. */
const controls = '\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069';
/** At least one visible character. */
const titlePattern = `^(?=[^]*[^\\s\\u200b-\\u200f\\u2060\\u2800\\u3164])[^\\u000a${controls}]*$`;
const messagePattern = `^[^${controls}]*$`;

export const saleDefaults = {
  admitPerSecond: 50,
  activeLimit: 1_000,
  claimSeconds: 60,
  sessionSeconds: 300,
  holdSeconds: 120,
  perVisitorLimit: 4,
} as const;

const settings = {
  title: Type.String({
    minLength: 1,
    maxLength: limits.titleCharacters,
    pattern: titlePattern,
    description: 'Not blank, no control characters; kept as sent',
  }),
  admitPerSecond: Type.Number({
    minimum: limits.admitPerSecondMin,
    maximum: limits.admitPerSecond,
    description: `Admissions per second; may be fractional. ${saleDefaults.admitPerSecond} unless set`,
  }),
  activeLimit: Type.Integer({
    minimum: 1,
    maximum: limits.activeLimit,
    description: `Admitted visitors at once. ${saleDefaults.activeLimit} unless set`,
  }),
  claimSeconds: Type.Integer({
    minimum: 1,
    maximum: limits.windowSeconds,
    description: `Seconds from the admission to the claim. ${saleDefaults.claimSeconds} unless set`,
  }),
  sessionSeconds: Type.Integer({
    minimum: 1,
    maximum: limits.windowSeconds,
    description: `Seconds from the claim to the purchase. ${saleDefaults.sessionSeconds} unless set`,
  }),
  holdSeconds: Type.Integer({
    minimum: 1,
    maximum: limits.windowSeconds,
    description: `Seconds to confirm a hold. ${saleDefaults.holdSeconds} unless set`,
  }),
  perVisitorLimit: Type.Integer({
    minimum: 1,
    maximum: limits.perVisitorLimit,
    description: `Tickets one visitor may buy. ${saleDefaults.perVisitorLimit} unless set`,
  }),
  opensAt: saleTime('When it opens by itself'),
  closesAt: saleTime('When it closes by itself; after `opensAt`'),
  message: Type.String({
    maxLength: limits.messageCharacters,
    pattern: messagePattern,
    description: 'No control characters but line breaks',
  }),
};
/** `POST /api/admin/sales`. Without `opensAt`, or with one in the past, the sale is open at once. */
export const CreateSale = object(
  {
    saleId: SaleId,
    title: settings.title,
    stock: Type.Integer({ minimum: 0, maximum: limits.stock, description: 'Tickets of the sale' }),
    admitPerSecond: Type.Optional(settings.admitPerSecond),
    activeLimit: Type.Optional(settings.activeLimit),
    claimSeconds: Type.Optional(settings.claimSeconds),
    sessionSeconds: Type.Optional(settings.sessionSeconds),
    holdSeconds: Type.Optional(settings.holdSeconds),
    perVisitorLimit: Type.Optional(settings.perVisitorLimit),
    opensAt: Type.Optional(settings.opensAt),
    closesAt: Type.Optional(settings.closesAt),
    message: Type.Optional(settings.message),
  },
  'CreateSale',
  'Settings of a new sale',
);
export type CreateSale = Static<typeof CreateSale>;

/** `PATCH /api/admin/sales/{sale}`: any setting; `null` clears a time or the message. */
export const ChangeSale = Type.Object(
  {
    title: Type.Optional(settings.title),
    admitPerSecond: Type.Optional(settings.admitPerSecond),
    activeLimit: Type.Optional(settings.activeLimit),
    claimSeconds: Type.Optional(settings.claimSeconds),
    sessionSeconds: Type.Optional(settings.sessionSeconds),
    holdSeconds: Type.Optional(settings.holdSeconds),
    perVisitorLimit: Type.Optional(settings.perVisitorLimit),
    opensAt: Type.Optional(Type.Union([settings.opensAt, Type.Null()], { description: 'Time of the automatic opening; `null` clears it' })),
    closesAt: Type.Optional(
      Type.Union([settings.closesAt, Type.Null()], { description: 'Time of the automatic closing; `null` clears it' }),
    ),
    message: Type.Optional(Type.Union([settings.message, Type.Null()], { description: 'Message to waiting visitors; `null` clears it' })),
  },
  { $id: 'ChangeSale', additionalProperties: false, minProperties: 1, description: 'Settings to change, at least one' },
);
export type ChangeSale = Static<typeof ChangeSale>;

/** Actions of operators, and of Sunbeon itself, on a sale; newest first. */
export const AuditLog = object(
  {
    entries: Type.Array(
      Type.Object(
        {
          at: time('When, by the clock of Redis'),
          action: Type.String({ description: 'create, change, open, pause, resume, close, add_stock or delete' }),
          operator: Type.String({ description: 'Fingerprint of the token; `sunbeon` for Sunbeon itself' }),
          address: Type.String({ description: 'Address of the client' }),
          detail: Type.Object({}, { additionalProperties: true, description: 'Changed settings and values' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Newest first' },
    ),
  },
  'AuditLog',
  'Actions on a sale, by operators and by Sunbeon itself',
);
export type AuditLog = Static<typeof AuditLog>;

/** Result of one check of one invariant. */
export const InvariantState = Type.Object(
  {
    invariant: Type.String({ description: 'I1 to I9' }),
    title: Type.String({ description: 'Name of the invariant' }),
    verdict: Type.Union([Type.Literal('holds'), Type.Literal('broken'), Type.Literal('unknown')], {
      description: 'Result of the comparison',
    }),
    text: Type.String({ description: 'The compared counts' }),
  },
  { additionalProperties: false },
);
export type InvariantState = Static<typeof InvariantState>;

/** `GET /api/admin/sales/{sale}/stats`: current stats of a sale, and its samples of the last hour. */
export const SaleStats = object(
  {
    sale: Type.Ref('OperatorSale'),
    purchases: count('Purchases ever made'),
    events: count('Number of the last event'),
    gateways: count('Gateways with a fresh report'),
    browsers: count('Open connections, of all gateways'),
    estimates: count('Completed estimates'),
    estimateErrorSeconds: Type.Number({ minimum: 0, description: 'Sum of the distances of real waits from their estimated ranges' }),
    invariants: Type.Array(InvariantState, {
      description: 'Invariants that counts alone can check; `npm run invariants` checks all',
    }),
    samples: Type.Array(Type.Array(Type.Number()), {
      description: `Later than \`after\`, oldest first: one a tick; those older than ten minutes stand for five each, with the longest \`sinceLastMs\` of them. Columns: ${sampleColumns.join(', ')}`,
    }),
  },
  'SaleStats',
  'Current figures of a sale, and samples of the last hour',
);
export type SaleStats = TypeOf<'SaleStats'>;

/** `POST /api/admin/sales/{sale}/stock`. */
export const AddStock = object(
  { add: Type.Integer({ minimum: 1, maximum: limits.stock, description: 'Tickets to add to the total' }) },
  'AddStock',
  'Tickets to add',
);
export type AddStock = Static<typeof AddStock>;

export const VisitorState = Type.Union(
  [
    Type.Literal('lobby'),
    Type.Literal('waiting'),
    Type.Literal('admitted'),
    Type.Literal('purchased'),
    Type.Literal('left'),
    Type.Literal('expired'),
  ],
  { description: '`waiting`, `admitted`, then one of the ends `purchased`, `left` and `expired`. `lobby` is reserved' },
);
export type VisitorState = Static<typeof VisitorState>;

export const Estimate = Type.Object(
  { low: count('Seconds, if all goes well'), high: count('Seconds, if it goes as slowly as seen lately') },
  { additionalProperties: false, description: 'Estimate of the remaining wait; only while the sale is open' },
);
export type Estimate = Static<typeof Estimate>;

/** A visitor's place, as its owner sees it. */
export const Visitor = object(
  {
    saleId: SaleId,
    visitorId: Type.String({ description: 'Id of the visitor in this sale, issued by the server' }),
    state: VisitorState,
    seq: Type.Optional(Type.Integer({ minimum: 1, description: 'Number in the sale' })),
    position: Type.Optional(Type.Integer({ minimum: 1, description: 'Number of visitors ahead, plus one' })),
    waiting: Type.Optional(count('Visitors in the queue')),
    etaSeconds: Type.Optional(Estimate),
    admittedUntil: Type.Optional(time('End of the claim window, or of the session once claimed')),
    claimed: Type.Optional(Type.Boolean({ description: 'Whether the session has begun; only while admitted' })),
    pollAfterMs: Type.Integer({ minimum: 0, description: 'Interval until the next poll, milliseconds' }),
  },
  'Visitor',
  'State of one place, for its visitor',
);
export type Visitor = Static<typeof Visitor>;

export const Place = object(
  { visitor: Visitor, token: Type.String({ description: 'Bearer token of the place, valid for 30 days' }) },
  'Place',
  'A place and the token for it',
);
export type Place = Static<typeof Place>;

/** The schema requires a whole number from 1; the script compares it with the sale's limit. */
export const BuyRequest = object(
  { quantity: Type.Integer({ minimum: 1, maximum: limits.stock, description: 'Tickets' }) },
  'BuyRequest',
  'What to buy or to hold',
);
export type BuyRequest = Static<typeof BuyRequest>;

export const Purchase = object(
  {
    purchaseId: Type.String({ description: 'Id of the purchase' }),
    saleId: SaleId,
    visitorId: Type.String({ description: 'Id of the visitor in this sale, issued by the server' }),
    quantity: Type.Integer({ minimum: 1, description: 'Tickets' }),
    purchasedAt: time('When'),
  },
  'Purchase',
  'A completed purchase',
);
export type Purchase = Static<typeof Purchase>;

export const Hold = object(
  {
    holdId: Type.String({ description: 'Id of the hold' }),
    saleId: SaleId,
    visitorId: Type.String({ description: 'Id of the visitor in this sale, issued by the server' }),
    quantity: Type.Integer({ minimum: 1, description: 'Tickets' }),
    expiresAt: time('Confirm before'),
  },
  'Hold',
  'Tickets that are reserved for one visitor',
);
export type Hold = Static<typeof Hold>;

const next = Type.Optional(Type.String({ description: 'Value of `cursor` for the next page; absent on the last one' }));
const BrokenSale = Type.Object(
  { saleId: SaleId, broken: Type.String({ description: 'The unreadable key or value' }) },
  { additionalProperties: false, description: 'A sale whose stored values cannot be read; it can be deleted' },
);
export type BrokenSale = Static<typeof BrokenSale>;
export const SalesList = object({ sales: Type.Array(Type.Ref('Sale'), { description: 'By id' }), next }, 'SalesList', 'A page of sales');
export const OperatorSalesList = object(
  {
    sales: Type.Array(Type.Ref('OperatorSale'), { description: 'By id' }),
    broken: Type.Array(BrokenSale, { description: 'Sales that cannot be read' }),
    next,
  },
  'OperatorSalesList',
  'A page of sales with all settings',
);
export const PurchaseList = object(
  { purchases: Type.Array(Type.Ref('Purchase'), { description: 'Of this visitor' }) },
  'PurchaseList',
  'Purchases of one visitor',
);
export const HoldList = object({ holds: Type.Array(Type.Ref('Hold'), { description: 'At most one' }) }, 'HoldList', 'Holds of one visitor');

/** Every schema by its `$id`: the names of a route's declaration. */
export const schemas = {
  Sale,
  OperatorSale,
  AuditLog,
  CreateSale,
  ChangeSale,
  AddStock,
  Visitor,
  Place,
  BuyRequest,
  Purchase,
  Hold,
  Problem: ProblemSchema,
  SalesList,
  PurchaseList,
  HoldList,
  OperatorSalesList,
  SaleStats,
};
export type SchemaId = keyof typeof schemas;
/** The type of a schema, references resolved. */
export type TypeOf<Id extends SchemaId> = Static<(typeof schemas)[Id], typeof schemas>;
/** The same as a list, for `app.addSchema` and the OpenAPI document. */
export const sharedSchemas = Object.values(schemas);
