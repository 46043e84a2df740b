/**
 * The only place that builds Redis keys. `{saleId}` is the cluster hash tag: all keys of a sale share one slot,
 * so every script may touch all of them.
 */
const ofSale = (name: string) => (saleId: string) => `${name}:{${saleId}}`;

export const keys = {
  /** SET of the ids of all sales; in a slot of its own. */
  sales: 'sales',
  /**
   * ZSET (score 0, by name) of the ids of sales that are not closed, or closed with visitors inside or holds; in a slot of its own. May name more,
   * never fewer for long: the ticker removes what is over and adds what is missing.
   */
  currentSales: 'current-sales',
  /**
   * HASH of who lives and which keys of TOKEN_SECRET each knows, by id: `instance:<name>` → `at ids awaited`, `signed:<id>` → when it signed last;
   * in a slot of its own. See announce-keys.lua.
   */
  keyring: 'keyring',
  sale: ofSale('sale'),
  queue: ofSale('queue'),
  lobby: ofSale('lobby'),
  flow: ofSale('flow'),
  departed: ofSale('departed'),
  active: ofSale('active'),
  /** HASH visitor → live hold or '' for those who claimed; absent while the claim window runs. */
  sessions: ofSale('sessions'),
  /** HASH visitor → why the last stay inside ended (`left`, `claim_missed`, `session_over`), or a mark of a place taken again (`line`, `inside`; join.lua). */
  ended: ofSale('ended'),
  /** HASH pass id → JSON of a stay that went to the shop; kept as long as the sale. See pass.lua. */
  passes: ofSale('passes'),
  /** HASH visitor → pass id of the stay of now. */
  stays: ofSale('stays'),
  /** HASH SHA-256 of a ticket → pass id. */
  tickets: ofSale('tickets'),
  stock: ofSale('stock'),
  holds: ofSale('holds'),
  holdData: ofSale('hold-data'),
  purchases: ofSale('purchases'),
  /** HASH visitor → JSON array of the visitor's purchase ids, oldest first. */
  receipts: ofSale('receipts'),
  bought: ofSale('bought'),
  idempotency: ofSale('idempotency'),
  events: ofSale('events'),
  leader: ofSale('leader'),
  /** HASH gateway → `at browsers estimates errorSeconds`, as it last reported; see report.lua. */
  browsers: ofSale('browsers'),
  /** STREAM of one row of figures a tick, for charts; the last hour. See sample.lua. */
  samples: ofSale('samples'),
  /** STREAM of what operators did; outlives the sale. */
  auditLog: ofSale('audit-log'),
} as const;

/** The name of a key that belongs to one sale, as a script's pair declares it. */
export type SaleKey = Exclude<keyof typeof keys, 'sales' | 'currentSales' | 'keyring'>;

/** All keys that go with a sale; deleting it keeps the audit log. */
export const saleKeys = Object.keys(keys).filter(
  (name): name is Exclude<SaleKey, 'auditLog'> => name !== 'sales' && name !== 'currentSales' && name !== 'keyring' && name !== 'auditLog',
);
