/**
 * The only place that builds Redis keys. `{saleId}` is the cluster hash tag: all keys of a sale share one slot,
 * so every script may touch all of them.
 */
const ofSale = (name: string) => (saleId: string) => `${name}:{${saleId}}`;

export const keys = {
  /** SET of the ids of all sales; in a slot of its own. */
  sales: 'sales',
  /**
   * ZSET (score 0, by name) of the ids of sales that are not closed, or closed with active visitors or holds, and of rehearsals until they are deleted; in a slot of its own. Surplus ids are
   * harmless, missing ones are temporary: the ticker removes finished sales and adds missing ones.
   */
  currentSales: 'current-sales',
  /**
   * HASH of living instances and the key ids of TOKEN_SECRET that each knows: `instance:<name>` → `at ids awaited`, `signed:<id>` → last signature;
   * in a slot of its own. See announce-keys.lua.
   */
  keyring: 'keyring',
  /**
   * Of the installation, in one slot: HASH of a session's id, hashed → `ms of its end, fingerprint of the operator`. The names of these keys lack the `:`
   * of a sale's, so that neither gateway nor queue may read them.
   */
  operatorSessions: '{operators}sessions',
  /** HASH address → `count ms` of wrong tokens of operators, of the last minute. See note-wrong-token.lua. */
  wrongTokens: '{operators}wrong-tokens',
  /** STREAM of sign-ins and creations; `failedSignIns`: of wrong tokens, which push out none of the others. */
  operatorLog: '{operators}log',
  failedSignIns: '{operators}failed-sign-ins',
  sale: ofSale('sale'),
  queue: ofSale('queue'),
  /** ZSET visitor → ms of the join; 0 once the visitor has a number or has left while the order was drawn. Gone with the end of the draw. */
  lobby: ofSale('lobby'),
  /** STRING of 32 bytes, the secret of the draw: read by the draw alone, and public only with its end. */
  drawSeed: ofSale('draw-seed'),
  /** HASH page → entries of the frozen roster, 32 bytes each; kept as long as the sale. */
  roster: ofSale('roster'),
  flow: ofSale('flow'),
  departed: ofSale('departed'),
  active: ofSale('active'),
  /** HASH visitor → living hold, or '' after the claim; absent in the claim window. */
  sessions: ofSale('sessions'),
  /** HASH visitor → reason why the last stay ended (`left`, `claim_missed`, `session_over`), or a mark of a place taken again (`line`, `inside`; join.lua). */
  ended: ofSale('ended'),
  /** HASH pass id → JSON of a stay that went to the shop; kept as long as the sale. See pass.lua. */
  passes: ofSale('passes'),
  /** HASH visitor → pass id of the stay of now. */
  stays: ofSale('stays'),
  /** HASH SHA-256 of a ticket → pass id. */
  tickets: ofSale('tickets'),
  /** ZSET pass id → ms from which no redemption of its tickets is replayed any more; see replays.lua. */
  replays: ofSale('replays'),
  /** ZSET id of a spent challenge → ms at which it is stale; see entrance.lua. */
  proofs: ofSale('proofs'),
  /** HASH `Idempotency-Key` of a join of an even minute, hashed → `visitor body at seq`; `joinKeysOdd`: of an odd one. See join-keys.lua. */
  joinKeys: ofSale('join-keys'),
  joinKeysOdd: ofSale('join-keys-odd'),
  /** SET of visitors of member tokens that had a place. */
  members: ofSale('members'),
  /** HASH access code → JSON of what the operator said of it, without uses once it was taken back; `codeUses`: HASH code → uses; `codeHolders`: HASH visitor → code, with a
   * trailing `+` once a stay at a gate ended with a purchase. See codes.lua and code-use.lua. */
  codes: ofSale('codes'),
  codeUses: ofSale('code-uses'),
  codeHolders: ofSale('code-holders'),
  /** ZSET code → its number in the order in which they were made, for pages. */
  codeOrder: ofSale('code-order'),
  /**
   * HASH SHA-256 of a transfer's code → `visitor seq`; `transferTimes`: HASH visitor → ms of the last ones; `transferEnds`: ZSET of both, the visitor after a
   * space → ms at which it is over.
   */
  transfers: ofSale('transfers'),
  transferEnds: ofSale('transfer-ends'),
  transferTimes: ofSale('transfer-times'),
  stock: ofSale('stock'),
  holds: ofSale('holds'),
  holdData: ofSale('hold-data'),
  purchases: ofSale('purchases'),
  /** LIST of purchase ids, oldest first: the last one has the number `purchased` of `flow`. Older sales begin it with the first purchase that knew it. */
  orders: ofSale('orders'),
  /** ZSET (score 0) of the words by which orders are found, each with the number of the order; see sell.lua. */
  orderWords: ofSale('order-words'),
  /** ZSET JSON of a planned change → ms at which it is due; see plan.ts and run-planned.lua. */
  planned: ofSale('planned'),
  /** HASH visitor → JSON array of the visitor's purchase ids, oldest first. */
  receipts: ofSale('receipts'),
  bought: ofSale('bought'),
  idempotency: ofSale('idempotency'),
  events: ofSale('events'),
  leader: ofSale('leader'),
  /** HASH gateway → `at browsers estimates errorSeconds` of its last report; see report.lua. */
  browsers: ofSale('browsers'),
  /** STREAM of one row of stats per tick, for charts; the last hour. See sample.lua. */
  samples: ofSale('samples'),
  /** STREAM of one such row a minute, of the whole sale; none while nothing changes. See sample.lua. */
  minutes: ofSale('minutes'),
  /** STREAM of operators' actions; survives the deletion of the sale. */
  auditLog: ofSale('audit-log'),
  /** STREAM of check-ins in the form of the audit log: there are as many as orders, and they push out none of the other actions. It survives too. */
  checkInLog: ofSale('check-in-log'),
} as const;

/** Keys outside all sales. */
const outside = ['sales', 'currentSales', 'keyring', 'operatorSessions', 'wrongTokens', 'operatorLog', 'failedSignIns'] as const;
type OutsideKey = (typeof outside)[number];
/** Those of them that scripts take, by themselves. */
export const installationKeys = ['currentSales', 'keyring', 'operatorSessions', 'wrongTokens', 'operatorLog', 'failedSignIns'] as const;
export type InstallationKey = (typeof installationKeys)[number];

/** Name of a key of one sale, as declared by a script's pair. */
export type SaleKey = Exclude<keyof typeof keys, OutsideKey>;

/** Keys of a sale that survive its deletion. */
export const logKeys = ['auditLog', 'checkInLog'] as const;
type LogKey = (typeof logKeys)[number];

/** All keys that a deletion removes; the logs stay. */
export const saleKeys = Object.keys(keys).filter(
  (name): name is Exclude<SaleKey, LogKey> => !([...outside, ...logKeys] as readonly string[]).includes(name),
);
