import { Type, type Static } from 'typebox';
import { CodesList, MadeCodes, MakeCodes, Transfer, TransferRequest } from './code-schemas.ts';
import { Draw, Receipt } from './draw-schemas.ts';
import { Access, Identity, JoinRequest, Members, ProofOfWork, ProofOfWorkSeconds } from './entrance-schemas.ts';
import { limits } from './limits.ts';
import { Line } from './line-schemas.ts';
import { CancelRequest, ConfirmRequest, Order, OrdersList, Purchase } from './order-schemas.ts';
import { Chance, Forecast } from './forecast-schemas.ts';
import { AuditLog, InvariantState, OperatorIdentity, SignIn } from './operator-schemas.ts';
import { Rehearsal, StartRehearsal } from './rehearsal-schemas.ts';
import { ProblemSchema } from './problem-schema.ts';
import { Challenge } from './proof-schemas.ts';
import { SaleReport } from './report-schemas.ts';
import { sampleColumns } from './samples.ts';
import { PlanChange, PlannedChange, PlannedList } from './planned-schemas.ts';
import { settings } from './sale-settings.ts';
import { count, hex, object, SaleId, SaleStatus, time, titlePattern } from './schema-parts.ts';

export { SaleStatus };
export { Purchase };

export const Stock = Type.Object(
  { total: count('Tickets of the sale'), left: count('Free to buy'), held: count('Set aside for running payments'), sold: count('Sold') },
  { additionalProperties: false, description: 'total = left + held + sold' },
);

export const SaleKind = Type.Union([Type.Literal('shop'), Type.Literal('gate')], {
  description: '`shop`: sells its own stock. `gate`: lets people into another shop, which sells',
});
export type SaleKind = Static<typeof SaleKind>;
export const ConfirmBy = Type.Union([Type.Literal('visitor'), Type.Literal('shop')], {
  description: 'Who confirms holds: the visitor, or the shop with its key after the payment',
});
const returnUrls = Type.Array(Type.String({ maxLength: limits.returnEntryCharacters }), {
  minItems: 1,
  maxItems: limits.returnUrls,
  description: 'Addresses of the shop: visitors are sent to these and to what lies below them. https, or http on this machine',
});
export const LobbyOrder = Type.Union([Type.Literal('random'), Type.Literal('arrival')], {
  description: 'Order of the lobby: `random`, by a draw that anyone can check, or `arrival`',
});
export const DrawBeacon = Type.Union([Type.Literal('none'), Type.Literal('drand')], {
  description: 'Public randomness that a draw takes in: none, or a round of drand that is later than the freeze',
});
const maxExtensions = Type.Integer({
  minimum: 0,
  maximum: limits.maxExtensions,
  description: 'How often the shop may extend one stay. 2 unless set',
});

const publicSale = {
  saleId: SaleId,
  title: Type.String({ description: 'Title of the sale' }),
  status: SaleStatus,
  kind: SaleKind,
  soldOut: Type.Boolean({ description: 'left = 0 and held = 0; never of a gate' }),
  lobbyOpensAt: Type.Optional(time('From when visitors may come into the lobby')),
  opensAt: Type.Optional(time('When it opens by itself')),
  closesAt: Type.Optional(time('When it closes by itself')),
  timeZone: Type.String({ description: 'Time zone of the sale, an IANA name' }),
  draw: Type.Optional(
    Type.Object(
      {
        commitment: hex(32, 'SHA-256 of the seed'),
        order: Type.Literal('random', { description: 'Order of the lobby' }),
        beacon: DrawBeacon,
      },
      { additionalProperties: false, description: 'The draw of the lobby; absent without one' },
    ),
  ),
  message: Type.Optional(Type.String({ description: 'From the operator to those who wait' })),
  stock: Type.Optional(Stock),
  waiting: count('Visitors in the queue'),
  lobby: count('Visitors of the lobby who have no number yet; `waiting` does not count them'),
  active: count('Visitors who may buy now'),
  admitPerSecond: Type.Number({ exclusiveMinimum: 0, description: 'Configured pace, visitors per second; may be fractional' }),
  activeLimit: Type.Integer({ minimum: 1, description: 'Limit of active visitors' }),
  sessionSeconds: Type.Integer({ minimum: 1, description: 'Time to buy after the claim' }),
  perVisitorLimit: Type.Optional(Type.Integer({ minimum: 1, description: 'Tickets one visitor may buy; not of a gate' })),
  confirmBy: Type.Optional(ConfirmBy),
  returnUrls: Type.Optional(returnUrls),
  identity: Identity,
  access: Access,
  proofOfWork: ProofOfWork,
  proofWanted: Type.Boolean({ description: 'Whether a join needs a proof of work now' }),
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
    holdSeconds: Type.Optional(Type.Integer({ minimum: 1, description: 'Time to confirm a hold; not of a gate' })),
    maxExtensions,
    lobbyOrder: Type.Optional(LobbyOrder),
    drawBeacon: Type.Optional(DrawBeacon),
    proofOfWorkSeconds: ProofOfWorkSeconds,
    members: Type.Optional(Members),
    version: Type.Integer({ minimum: 1, description: 'Grows with every change; for If-Match' }),
    leader: Type.Optional(Type.String({ description: 'The admission instance that ticks this sale' })),
    epoch: count('Fencing number of the leader'),
    lastTickAt: Type.Optional(time('Last tick')),
    joined: count('Places ever given'),
    admitted: count('Ever admitted'),
    left: count('Ever left, from the queue or from inside'),
    expired: count('Ever expired'),
    completed: count('Stays that the shop ended as purchased'),
    abandoned: count('Stays that the shop ended as abandoned'),
    rehearsal: Type.Optional(Rehearsal),
  },
  'OperatorSale',
  'What operators know of a sale',
);
export type OperatorSale = Static<typeof OperatorSale>;

/** `POST /api/admin/sales`. Without `opensAt`, or with one in the past, the sale is open at once; a draft is not. */
export const CreateSale = object(
  {
    saleId: SaleId,
    title: settings.title,
    kind: Type.Optional(SaleKind),
    stock: Type.Optional(
      Type.Integer({ minimum: 0, maximum: limits.stock, description: 'Tickets of the sale; needed, but not of a gate' }),
    ),
    returnUrls: Type.Optional(returnUrls),
    maxExtensions: Type.Optional(maxExtensions),
    confirmBy: Type.Optional(ConfirmBy),
    admitPerSecond: Type.Optional(settings.admitPerSecond),
    activeLimit: Type.Optional(settings.activeLimit),
    claimSeconds: Type.Optional(settings.claimSeconds),
    sessionSeconds: Type.Optional(settings.sessionSeconds),
    holdSeconds: Type.Optional(settings.holdSeconds),
    perVisitorLimit: Type.Optional(settings.perVisitorLimit),
    lobbyOpensAt: Type.Optional(settings.lobbyOpensAt),
    lobbyOrder: Type.Optional(LobbyOrder),
    drawBeacon: Type.Optional(DrawBeacon),
    opensAt: Type.Optional(settings.opensAt),
    closesAt: Type.Optional(settings.closesAt),
    timeZone: Type.Optional(settings.timeZone),
    draft: Type.Optional(
      Type.Boolean({
        description: '`true`: `scheduled` without `opensAt`, until it is opened or gets a time; not with `opensAt` or `lobbyOpensAt`',
      }),
    ),
    message: Type.Optional(settings.message),
    identity: Type.Optional(Identity),
    members: Type.Optional(Members),
    access: Type.Optional(Access),
    proofOfWork: Type.Optional(ProofOfWork),
    proofOfWorkSeconds: Type.Optional(ProofOfWorkSeconds),
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
    returnUrls: Type.Optional(Type.Union([returnUrls, Type.Null()], { description: 'Addresses of the shop; `null` clears them' })),
    maxExtensions: Type.Optional(maxExtensions),
    confirmBy: Type.Optional(ConfirmBy),
    lobbyOpensAt: Type.Optional(
      Type.Union([settings.lobbyOpensAt, Type.Null()], { description: 'From when visitors may come into the lobby; `null`: no lobby' }),
    ),
    lobbyOrder: Type.Optional(LobbyOrder),
    drawBeacon: Type.Optional(DrawBeacon),
    opensAt: Type.Optional(Type.Union([settings.opensAt, Type.Null()], { description: 'When it opens by itself; `null` clears it' })),
    closesAt: Type.Optional(Type.Union([settings.closesAt, Type.Null()], { description: 'When it closes by itself; `null` clears it' })),
    timeZone: Type.Optional(settings.timeZone),
    message: Type.Optional(Type.Union([settings.message, Type.Null()], { description: 'To those who wait; `null` clears it' })),
    identity: Type.Optional(Identity),
    members: Type.Optional(Type.Union([Members, Type.Null()], { description: 'How members are known; `null` clears it' })),
    access: Type.Optional(Access),
    proofOfWork: Type.Optional(ProofOfWork),
    proofOfWorkSeconds: Type.Optional(ProofOfWorkSeconds),
  },
  { $id: 'ChangeSale', additionalProperties: false, minProperties: 1, description: 'Settings to change, at least one' },
);
export type ChangeSale = Static<typeof ChangeSale>;

/** `GET /api/admin/sales/{sale}/stats`: current stats of a sale, and its samples of the last hour. */
export const SaleStats = object(
  {
    sale: Type.Ref('OperatorSale'),
    purchases: count('Purchases ever made'),
    events: count('Number of the last event'),
    gateways: count('Gateways with a fresh report'),
    browsers: count('Open connections, of all gateways'),
    refused: count(
      'Refusals by the limits of these gateways in the last minute, of all sales: requests that were too many for one of them',
    ),
    redisSeconds: Type.Number({ minimum: 0, description: 'Time of the slowest read of these figures from Redis, seconds' }),
    estimates: count('Completed estimates'),
    estimateErrorSeconds: Type.Number({ minimum: 0, description: 'Sum of the distances of real waits from their estimated ranges' }),
    forecast: Type.Optional(Forecast),
    conversion: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Orders per admitted visitor, of the last few thousand who have had time for one',
      }),
    ),
    noShowRate: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of admitted visitors who let their claim window pass' }),
    ),
    waits: Type.Optional(
      Type.Object(
        { p50: count('Half waited at most so long, ms'), p95: count('19 of 20 waited at most so long, ms') },
        {
          additionalProperties: false,
          description: 'Waits of those admitted in the last five minutes, from their number on; those above an hour count as one',
        },
      ),
    ),
    invariants: Type.Array(InvariantState, {
      description: 'Invariants that counts alone can check; `npm run invariants` checks all',
    }),
    samples: Type.Array(Type.Array(Type.Number()), {
      description: `Later than \`after\`, oldest first: one a tick; those older than ten minutes stand for five each, with the longest \`sinceLastMs\` of them. Columns: ${sampleColumns.join(', ')}; rows of an older version lack the last ones`,
    }),
  },
  'SaleStats',
  'Current figures of a sale, and samples of the last hour',
);
export type SaleStats = TypeOf<'SaleStats'>;
export type SaleReport = TypeOf<'SaleReport'>;

/** `POST /api/admin/sales/{sale}/stock`. */
export const AddStock = object(
  {
    add: Type.Integer({
      minimum: -limits.stock,
      maximum: limits.stock,
      not: { const: 0 },
      description: 'Tickets to add to the total; a negative number takes away, at most those that are left',
    }),
  },
  'AddStock',
  'Tickets to add or to take away',
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
    Type.Literal('completed'),
  ],
  {
    description:
      '`lobby` before the order is drawn, `waiting`, `admitted`, then one of the ends `purchased`, `left`, `expired` and `completed` (by the shop)',
  },
);
export type VisitorState = Static<typeof VisitorState>;

export const Estimate = Type.Object(
  { low: count('Seconds, if all goes well'), high: count('Seconds, if it goes as slowly as seen lately') },
  { additionalProperties: false, description: 'Estimate of the remaining wait; only while the sale is open' },
);
export type Estimate = Static<typeof Estimate>;

export const PassOutcome = Type.Union([Type.Literal('purchased'), Type.Literal('abandoned')], {
  description: 'How the shop ended the stay',
});
export type PassOutcome = Static<typeof PassOutcome>;

/** One visitor's own view of the place. */
export const Visitor = object(
  {
    saleId: SaleId,
    visitorId: Type.String({ description: 'Id of the visitor in this sale, issued by the server' }),
    state: VisitorState,
    generation: Type.Integer({ minimum: 0, description: 'Creation of the sale, ms; a sale created again under the id has another' }),
    seq: Type.Optional(Type.Integer({ minimum: 1, description: 'Number in the sale; none in the lobby' })),
    position: Type.Optional(Type.Integer({ minimum: 1, description: 'Number of visitors ahead, plus one' })),
    waiting: Type.Optional(count('Visitors in the queue')),
    etaSeconds: Type.Optional(Estimate),
    chance: Type.Optional(Chance),
    admittedUntil: Type.Optional(time('End of the claim window, or of the session once claimed')),
    claimed: Type.Optional(Type.Boolean({ description: 'Whether the session has begun; only while admitted' })),
    outcome: Type.Optional(PassOutcome),
    pollAfterMs: Type.Integer({ minimum: 0, description: 'Ask again after this many milliseconds' }),
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

/** `POST …/queue/me/pass`. */
export const TicketRequest = object(
  { returnUrl: Type.Optional(Type.String({ description: 'Where to, below one of `returnUrls`; the first of them without it' })) },
  'TicketRequest',
  'Where the visitor goes',
);
export type TicketRequest = Static<typeof TicketRequest>;
export const Ticket = object(
  {
    url: Type.String({ description: 'The return address with a ticket as its last parameter' }),
    ticketExpiresAt: time('The ticket is good until then, for one redemption'),
    passExpiresAt: time('End of the stay'),
  },
  'Ticket',
  'The way into the shop',
);
export type Ticket = Static<typeof Ticket>;
export const RedeemRequest = object({ ticket: Type.String({ description: 'Value of `sunbeon_ticket`' }) }, 'RedeemRequest', 'A ticket');
export type RedeemRequest = Static<typeof RedeemRequest>;
const passId = Type.String({ description: 'Id of the pass, one for each stay' });
const expiresAt = time('End of the stay: `exp` of the pass');
const visitorId = Type.String({ description: 'Id of the visitor in this sale, issued by the server' });
const pass = Type.String({ description: 'The pass: a JWS in compact form, type `sunbeon-pass+jwt`, EdDSA' });
const hold = Type.Optional(Type.Ref('Hold'));
export const Redemption = object(
  { pass, passId, saleId: SaleId, visitorId, expiresAt, returnUrl: Type.String({ description: 'The address without the ticket' }), hold },
  'Redemption',
  'A redeemed ticket',
);
export const PassExtension = object({ pass, expiresAt }, 'PassExtension', 'A longer stay');
export type PassExtension = Static<typeof PassExtension>;
export const CompleteRequest = object(
  {
    outcome: PassOutcome,
    reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.referenceCharacters,
        pattern: titlePattern,
        description: "The shop's own number of the order",
      }),
    ),
    quantity: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.stock, description: 'Tickets that the shop sold' })),
  },
  'CompleteRequest',
  'How the stay ended',
);
export type CompleteRequest = Static<typeof CompleteRequest>;
export const PassCompletion = object({ completedAt: time('When') }, 'PassCompletion', 'A completed stay');
export type PassCompletion = Static<typeof PassCompletion>;
export const PassKeys = object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kty: Type.Literal('OKP', { description: 'Kind of the key' }),
          crv: Type.Literal('Ed25519', { description: 'Its curve' }),
          x: Type.String({ description: 'The public key, base64url' }),
          kid: Type.String({ description: 'Its RFC 7638 thumbprint, as in the header of a pass' }),
          alg: Type.Literal('EdDSA', { description: 'The algorithm of passes' }),
          use: Type.Literal('sig', { description: 'Signatures' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Newest first' },
    ),
  },
  'PassKeys',
  'A JWK Set',
);
export type PassKeys = Static<typeof PassKeys>;
export const PassStatus = object(
  {
    passId,
    saleId: SaleId,
    visitorId,
    state: Type.Union([Type.Literal('active'), Type.Literal('completed'), Type.Literal('expired')], { description: 'State of the stay' }),
    expiresAt,
    hold,
  },
  'PassStatus',
  'State of a pass',
);

const next = Type.Optional(Type.String({ description: 'There is more: pass it on as `cursor`' }));
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
  SignIn,
  OperatorIdentity,
  StartRehearsal,
  CreateSale,
  ChangeSale,
  AddStock,
  Visitor,
  Place,
  BuyRequest,
  ConfirmRequest,
  Purchase,
  Order,
  OrdersList,
  CancelRequest,
  PlanChange,
  PlannedChange,
  PlannedList,
  Hold,
  Problem: ProblemSchema,
  SalesList,
  PurchaseList,
  HoldList,
  OperatorSalesList,
  SaleReport,
  SaleStats,
  TicketRequest,
  Ticket,
  RedeemRequest,
  Redemption,
  PassExtension,
  CompleteRequest,
  PassCompletion,
  PassStatus,
  PassKeys,
  Draw,
  Line,
  Receipt,
  Challenge,
  JoinRequest,
  MakeCodes,
  MadeCodes,
  CodesList,
  Transfer,
  TransferRequest,
};
export type SchemaId = keyof typeof schemas;
/** The type of a schema, references resolved. */
export type TypeOf<Id extends SchemaId> = Static<(typeof schemas)[Id], typeof schemas>;
/** The same as a list, for `app.addSchema` and the OpenAPI document. */
export const sharedSchemas = Object.values(schemas);
