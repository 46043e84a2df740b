/** Meaning of each field: one name, one meaning, in all events. */
export const logFields = {
  action: 'operation id of the call (`openSale`, see the OpenAPI document)',
  address: 'where the call came from',
  by: 'how many of `count` belong to each: at most 20, the most frequent first, the rest as `other`',
  call: 'name of the batched call',
  changed: 'names of the properties of the body, without their values',
  code: 'code of the error, of the process that ended, or of the provider',
  connected: 'replicas that a master has',
  count: 'how many',
  epoch: 'number of the leadership',
  err: 'the error: type, message, code and stack, its causes; no arguments',
  from: 'status before; absent when this process does not know it',
  invariant: 'id of the invariant',
  kids: 'ids of the keys',
  method: 'HTTP method',
  ms: 'milliseconds',
  of: 'name of the event',
  operator: 'name of the operator',
  ops_port: 'ops port',
  people: 'virtual people',
  port: 'port',
  process: 'number of the gateway process',
  processes: 'number of gateway processes',
  reason: 'why, in words',
  request_id: 'id of the request: the same at the page, the gateway and the services, and in the answer as `X-Request-Id`',
  role: 'role of the operator',
  round: 'round of the beacon',
  route: 'pattern of the route, or `unmatched`',
  sale: 'id of the sale',
  sales: 'number of sales',
  seconds: 'seconds',
  signal: 'signal that ends the process',
  some: 'ids of some of them',
  status: 'status of the sale or of the answer',
  url: 'address of another server',
  wanted: 'replicas that each answer waits for',
} as const;
export type LogField = keyof typeof logFields;

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug';
export type LogWriter =
  'every service' | 'gateway' | 'queue' | 'admission' | 'purchase' | 'admission, purchase' | 'queue, admission, purchase' | 'web';
interface LogEventSpec {
  level: LogLevel;
  by: LogWriter;
  /** The line's `msg`. */
  text: string;
  fields: readonly LogField[];
  /** Lines of one process and minute; `logLimits.linesPerMinute` when absent. */
  mostPerMinute?: number;
  /** Never written at once: one line a minute with all of it. */
  isSum?: true;
}

const ofRequest = ['request_id'] as const;
const ofSum = ['count', 'by', 'seconds'] as const;
/** A stack in each line. */
const withStack = { mostPerMinute: 60 } as const;

/** Every line that Sunbeon's processes write. `docs/LOGS.md` is made from it. */
export const logEvents = {
  listening: { level: 'info', by: 'every service', text: 'listening', fields: ['port', 'ops_port', 'processes'] },
  stopping: { level: 'info', by: 'every service', text: 'stopping', fields: ['signal'] },
  stopped: { level: 'info', by: 'every service', text: 'stopped', fields: [] },
  stop_failed: { level: 'error', by: 'every service', text: 'not stopped in order', fields: ['err', 'reason'] },
  stop_hurried: { level: 'warn', by: 'every service', text: 'told to stop again', fields: ['reason'] },
  crashed: { level: 'fatal', by: 'every service', text: 'unhandled error', fields: ['err'] },
  node_warned: { level: 'warn', by: 'every service', text: 'a warning of Node', fields: ['code', 'reason'], ...withStack },
  http_server_said: {
    level: 'info',
    by: 'every service',
    text: 'a line of the HTTP server, at its own level',
    fields: ['err'],
    ...withStack,
  },
  lines_suppressed: {
    level: 'warn',
    by: 'every service',
    text: 'more lines of an event than are written in a minute',
    fields: ['of', 'count'],
  },
  redis_lost: { level: 'warn', by: 'every service', text: 'redis connection lost', fields: ['reason'] },
  redis_restored: { level: 'info', by: 'every service', text: 'redis connection restored', fields: [] },
  redis_demoted: { level: 'warn', by: 'every service', text: 'redis is no longer a master; reconnecting', fields: [] },
  redis_unsafe: { level: 'warn', by: 'every service', text: 'Redis may lose acknowledged writes', fields: ['reason'] },
  redis_policy_unknown: {
    level: 'info',
    by: 'admission',
    text: 'this Redis does not tell when its file is written: look yourself that appendfsync is always',
    fields: ['reason'],
  },
  replicas_missing: {
    level: 'warn',
    by: 'queue, admission, purchase',
    text: 'a master has fewer replicas than DURABILITY waits for: until they are back, answers are 503',
    fields: ['connected', 'wanted'],
  },
  redis_refused: { level: 'fatal', by: 'every service', text: 'Redis would lose data, and is not used', fields: ['reason'] },
  keys_missing: { level: 'error', by: 'every service', text: 'a key of TOKEN_SECRET is missing here', fields: ['reason'] },
  keys_held_back: { level: 'warn', by: 'every service', text: 'a key of TOKEN_SECRET does not sign yet', fields: ['reason'] },
  keys_agreed: {
    level: 'info',
    by: 'every service',
    text: 'all keys of TOKEN_SECRET are known to all instances; the first one signs',
    fields: [],
  },
  request: {
    level: 'info',
    by: 'every service',
    text: 'answered',
    fields: [...ofRequest, 'method', 'route', 'call', 'sale', 'status', 'ms', 'address'],
    mostPerMinute: 60_000,
  },
  request_failed: { level: 'error', by: 'every service', text: 'request failed', fields: [...ofRequest, 'call', 'err'], ...withStack },
  requests_refused: { level: 'info', by: 'every service', text: 'refused, by the code of the problem', fields: ofSum, isSum: true },
  collector_lost: { level: 'warn', by: 'every service', text: 'spans cannot be delivered', fields: ['reason'] },
  collector_restored: { level: 'info', by: 'every service', text: 'spans are delivered again', fields: [] },
  spans_lost: { level: 'warn', by: 'every service', text: 'spans that no collector got, by reason', fields: ofSum, isSum: true },

  operator_acted: {
    level: 'info',
    by: 'admission, purchase',
    text: 'an operator acted',
    fields: [...ofRequest, 'operator', 'role', 'action', 'sale', 'changed', 'status', 'code', 'address'],
  },
  operator_signed_in: {
    level: 'info',
    by: 'admission',
    text: 'an operator signed in',
    fields: [...ofRequest, 'operator', 'role', 'address'],
  },
  operator_signed_out: { level: 'info', by: 'admission', text: 'an operator signed out', fields: [...ofRequest, 'operator', 'address'] },
  sign_ins_failed: {
    level: 'warn',
    by: 'admission, purchase',
    text: 'wrong tokens of operators, by address',
    fields: ofSum,
    isSum: true,
  },
  checked_in: { level: 'info', by: 'purchase', text: 'check-ins, by operator', fields: ofSum, isSum: true },

  sale_status_changed: { level: 'info', by: 'admission', text: 'the sale has another status', fields: ['sale', 'from', 'status'] },
  sale_stopped: { level: 'error', by: 'admission', text: 'sale paused: its stock does not add up', fields: ['sale'] },
  sale_unreadable: { level: 'error', by: 'admission', text: 'stored values of the sale are unreadable', fields: ['sale', 'reason'] },
  sale_readable: { level: 'info', by: 'admission', text: 'stored values of the sale are readable again', fields: ['sale'] },
  invariant_broken: { level: 'error', by: 'admission', text: 'invariant broken', fields: ['sale', 'invariant', 'reason'] },
  leader_acquired: {
    level: 'info',
    by: 'admission',
    text: 'acquired the leadership of the sale',
    fields: ['sale', 'epoch', 'status'],
  },
  leader_lost: { level: 'info', by: 'admission', text: 'leads the sale no longer', fields: ['sale', 'reason'] },
  tick_failed: { level: 'warn', by: 'admission', text: 'a tick failed; retrying every second', fields: ['sale', 'err'], ...withStack },
  ticks_failing: { level: 'warn', by: 'admission', text: 'ticks keep failing', fields: ['sales', 'some', 'err'] },
  ticks_recovered: { level: 'info', by: 'admission', text: 'ticks succeed again', fields: ['sale'] },
  lobby_drawn: { level: 'info', by: 'admission', text: 'drew the order of the lobby', fields: ['sale', 'epoch', 'seconds'] },
  draw_failed: {
    level: 'warn',
    by: 'admission',
    text: 'a draw failed; trying again with the next tick',
    fields: ['sale', 'epoch', 'err'],
    ...withStack,
  },
  beacon_missing: {
    level: 'warn',
    by: 'admission',
    text: 'a drand server gave no valid beacon; asking again',
    fields: ['url', 'round', 'reason'],
  },
  sessions_not_pruned: { level: 'warn', by: 'admission', text: 'sessions of removed operators are not pruned', fields: ['err'] },

  rpc_unreadable: { level: 'error', by: 'gateway', text: 'unreadable response of a service', fields: ['call', 'err'], ...withStack },
  process_ended: {
    level: 'error',
    by: 'gateway',
    text: 'a process ended; it is started again',
    fields: ['process', 'code', 'signal', 'ms'],
  },
  process_unreachable: { level: 'error', by: 'gateway', text: 'a process cannot be reached', fields: ['process', 'err'] },
  process_killed: { level: 'error', by: 'gateway', text: 'a process does not answer; it is killed', fields: ['process'] },
  rehearsal_started: { level: 'info', by: 'gateway', text: 'the people of a rehearsal arrive', fields: ['sale', 'people'] },
  rehearsal_ended: { level: 'info', by: 'gateway', text: 'the people of a rehearsal are gone', fields: ['sale'] },
  rehearsal_failed: { level: 'warn', by: 'gateway', text: 'a call of a rehearsal failed', fields: ['sale', 'err'], ...withStack },
  pass_keys_changed: { level: 'info', by: 'gateway', text: 'keys of passes', fields: ['kids'] },
  pass_keys_unreadable: { level: 'warn', by: 'gateway', text: 'keys of passes cannot be read', fields: ['err'] },
  provider_unreachable: { level: 'warn', by: 'gateway', text: 'the login provider cannot be discovered', fields: ['code', 'reason'] },
  login_failed: { level: 'warn', by: 'gateway', text: 'a login failed', fields: ['code', 'reason'] },

  member_keys_unreadable: { level: 'warn', by: 'queue', text: 'keys of members cannot be read', fields: ['url', 'reason'] },
  member_keys_readable: { level: 'info', by: 'queue', text: 'keys of members can be read again', fields: ['url'] },
  hold_sweep_failed: {
    level: 'warn',
    by: 'purchase',
    text: 'sweeping expired holds failed for some sales; retrying every second',
    fields: ['sale', 'sales', 'err'],
  },

  page_failed: { level: 'error', by: 'web', text: 'a page failed', fields: [...ofRequest, 'method', 'route', 'err'], ...withStack },
  web_said: { level: 'info', by: 'web', text: 'a line of the page server, at its own level', fields: [] },
} as const satisfies Record<string, LogEventSpec>;

type Events = typeof logEvents;
export type LogSum = { [E in keyof Events]: Events[E] extends { isSum: true } ? E : never }[keyof Events];
export type LogEvent = Exclude<keyof Events, LogSum | 'http_server_said' | 'page_failed' | 'web_said'>;
export const eventSpec = (event: keyof Events): LogEventSpec => logEvents[event];

type LogText = string | number | null | undefined;
type LogValue<F> = F extends 'err' ? unknown : F extends 'some' | 'kids' | 'changed' ? readonly string[] | undefined : LogText;
export type FieldsOf<E extends keyof Events> = { readonly [F in Events[E]['fields'][number]]?: LogValue<F> };
