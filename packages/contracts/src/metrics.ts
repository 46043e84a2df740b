import { durabilityMetricCatalogue } from './durability-metrics.ts';
import { joinOutcomes } from './join-outcomes.ts';
import { operatorMetricCatalogue } from './operator-metrics.ts';
import { purchaseMetricCatalogue } from './purchase-metrics.ts';
import { rpcPaths, type RpcMethod } from './rpc.ts';
import type { ServerMessage } from './live-frames.ts';

/**
 * The catalogue: every metric that a Sunbeon process exports. Services create their metrics from it; dashboards and alerts are checked against it,
 * so that the three cannot differ. Base units; label values from closed sets, or bounded as in `openLabels`; never a visitor.
 */
export interface MetricSpec {
  type: 'counter' | 'gauge' | 'histogram';
  unit:
    | 'seconds'
    | 'visitors'
    | 'tickets'
    | 'requests'
    | 'items'
    | 'events'
    | 'sockets'
    | 'frames'
    | 'calls'
    | 'ticks'
    | 'looks'
    | 'sales'
    | 'holds'
    | 'number'
    | 'boolean';
  help: string;
  /** Exporting process. `leader`: only the admission instance that ticks the sale, so that sums over instances are right. */
  owner: 'every service' | 'queue' | 'admission' | 'leader' | 'purchase' | 'gateway';
  labels: Readonly<Record<string, readonly string[] | OpenLabel>>;
  /** Histograms: upper bounds in the unit of the name. */
  buckets?: readonly number[];
}

/** Labels with open sets of values, and the bound of each. */
export const openLabels = {
  sale: 'ids of sales that are not deleted',
  route: 'patterns of the routes that the service serves, or `unmatched`',
  script: 'names of the scripts that the service calls',
  process: 'numbers of the processes of one gateway, from 0 to 63',
  version: 'the version of this build',
  commit: 'the commit of this build, or `unknown`',
  node: 'the version of Node that runs it',
} as const;
export type OpenLabel = keyof typeof openLabels;

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const drawSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40];
const items = [1, 2, 4, 8, 16, 32, 64, 128];
const rpcMethods = Object.keys(rpcPaths) as RpcMethod[];
const spec = <const T extends Record<string, MetricSpec>>(catalogue: T): T => catalogue;

export const metricCatalogue = spec({
  // Every service.
  sunbeon_build_info: {
    type: 'gauge',
    unit: 'boolean',
    owner: 'every service',
    help: '1, with what runs; of the web process too. Rules and dashboards know by it which processes are of Sunbeon, whatever their jobs are called',
    labels: { version: 'version', commit: 'commit', node: 'node' },
  },
  sunbeon_http_request_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'every service',
    help: 'HTTP requests by route, method and class of status; of the web process too',
    buckets: seconds,
    labels: {
      route: 'route',
      method: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'other'],
      status: ['1xx', '2xx', '3xx', '4xx', '5xx'],
    },
  },
  sunbeon_script_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'every service',
    help: 'Latency of Redis script calls, measured in the service',
    labels: { script: 'script' },
    buckets: seconds,
  },
  sunbeon_redis_errors_total: {
    type: 'counter',
    unit: 'calls',
    owner: 'every service',
    help: 'Failed script calls by class: not sent (redis-breaker), not done (refused by Redis), unknown (reply lost), bug',
    labels: { class: ['not_sent', 'not_done', 'unknown', 'bug'] },
  },
  sunbeon_redis_up: { type: 'gauge', unit: 'number', owner: 'every service', help: 'Processes that Redis answers, as a share', labels: {} },
  sunbeon_redis_warnings: {
    type: 'gauge',
    unit: 'number',
    owner: 'every service',
    help: 'Settings or states of Redis that may lose acknowledged writes',
    labels: {},
  },
  sunbeon_token_key_held_back: {
    type: 'gauge',
    unit: 'boolean',
    owner: 'queue',
    help: '1 while the first key of TOKEN_SECRET does not sign, because another instance lacks it',
    labels: {},
  },
  sunbeon_batch_items: {
    type: 'histogram',
    unit: 'items',
    owner: 'every service',
    help: 'Batch size: items per script call',
    labels: { batch: ['join', 'place', 'claim', 'purchase'] },
    buckets: items,
  },
  ...durabilityMetricCatalogue,
  ...operatorMetricCatalogue,

  // queue
  sunbeon_joins_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'queue',
    help: 'Joins by outcome; `joined`: new place, `repeated`: again with the same key, `failed`: no answer from Redis',
    labels: { outcome: joinOutcomes },
  },
  sunbeon_leaves_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'queue',
    help: 'Departures, by state of the visitor',
    labels: { from: ['lobby', 'queue', 'active'] },
  },

  // Stats of a sale, from one consistent read of Redis per tick.
  sunbeon_waiting_visitors: { type: 'gauge', unit: 'visitors', owner: 'leader', help: 'Visitors in the queue', labels: { sale: 'sale' } },
  sunbeon_active_visitors: {
    type: 'gauge',
    unit: 'visitors',
    owner: 'leader',
    help: 'Active visitors: admitted, and their deadline has not passed',
    labels: { sale: 'sale' },
  },
  sunbeon_active_limit_visitors: {
    type: 'gauge',
    unit: 'visitors',
    owner: 'leader',
    help: 'Configured limit of active visitors',
    labels: { sale: 'sale' },
  },
  sunbeon_stock_tickets: {
    type: 'gauge',
    unit: 'tickets',
    owner: 'leader',
    help: 'Tickets by state; total = left + held + sold. A gate has no series',
    labels: { sale: 'sale', state: ['total', 'left', 'held', 'sold'] },
  },
  sunbeon_holds: {
    type: 'gauge',
    unit: 'holds',
    owner: 'leader',
    help: 'Living holds. A gate has no series',
    labels: { sale: 'sale' },
  },
  sunbeon_bucket_visitors: {
    type: 'gauge',
    unit: 'visitors',
    owner: 'leader',
    help: 'Level of the admission bucket after the tick',
    labels: { sale: 'sale' },
  },
  sunbeon_pace_visitors_per_second: {
    type: 'gauge',
    unit: 'visitors',
    owner: 'leader',
    help: 'Configured pace of admissions, visitors per second',
    labels: { sale: 'sale' },
  },
  sunbeon_epoch: { type: 'gauge', unit: 'number', owner: 'leader', help: 'Fencing token of the leader', labels: { sale: 'sale' } },
  sunbeon_sale_status: {
    type: 'gauge',
    unit: 'boolean',
    owner: 'leader',
    help: '1 for the current status of the sale, by the clock of Redis',
    labels: { sale: 'sale', status: ['scheduled', 'lobby', 'drawing', 'open', 'paused', 'closed'] },
  },
  sunbeon_stream_entries: {
    type: 'gauge',
    unit: 'events',
    owner: 'leader',
    help: 'Entries in the stream of the sale',
    labels: { sale: 'sale' },
  },
  sunbeon_sale_joined_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Joins since the sale was created, counted in Redis',
    labels: { sale: 'sale' },
  },
  sunbeon_sale_admitted_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Admissions, counted in Redis',
    labels: { sale: 'sale' },
  },
  sunbeon_sale_claimed_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Claims, counted in Redis',
    labels: { sale: 'sale' },
  },
  sunbeon_sale_purchased_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Purchases, counted in Redis. A gate has no series; see `sunbeon_sale_completed_total`',
    labels: { sale: 'sale' },
  },
  sunbeon_sale_expired_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Admissions ended by their deadline, counted in Redis',
    labels: { sale: 'sale', reason: ['claim_missed', 'session_over'] },
  },
  sunbeon_sale_left_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Departures, counted in Redis',
    labels: { sale: 'sale', from: ['queue', 'active'] },
  },
  sunbeon_sale_completed_total: {
    type: 'counter',
    unit: 'visitors',
    owner: 'leader',
    help: 'Stays that the shop ended, as Redis counts them',
    labels: { sale: 'sale', outcome: ['purchased', 'abandoned'] },
  },
  sunbeon_sale_events_total: {
    type: 'counter',
    unit: 'events',
    owner: 'leader',
    help: 'Number of the last event of the sale',
    labels: { sale: 'sale' },
  },

  // admission
  sunbeon_is_leader: {
    type: 'gauge',
    unit: 'boolean',
    owner: 'admission',
    help: '1 on the leader of the sale, 0 on the other instances',
    labels: { sale: 'sale' },
  },
  sunbeon_tickets_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'admission',
    help: 'Tickets for the shop, by outcome',
    labels: { outcome: ['issued', 'not_admitted', 'sale_not_open', 'limit_exceeded'] },
  },
  sunbeon_redemptions_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'admission',
    help: 'Redemptions of tickets, by outcome',
    labels: { outcome: ['redeemed', 'replayed', 'ticket_not_found'] },
  },
  sunbeon_pass_extensions_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'admission',
    help: 'Extensions of stays in the shop, by outcome',
    labels: { outcome: ['extended', 'replayed', 'pass_not_found', 'already_completed', 'pass_ended', 'sale_not_open', 'limit_exceeded'] },
  },
  sunbeon_pass_completions_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'admission',
    help: 'Completions of stays in the shop, by outcome',
    labels: { outcome: ['completed', 'replayed', 'pass_not_found', 'already_completed', 'pass_ended', 'hold_not_confirmed'] },
  },
  sunbeon_claims_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'admission',
    help: 'Claims by outcome',
    labels: { outcome: ['claimed', 'already', 'not_admitted', 'failed'] },
  },
  sunbeon_tick_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'admission',
    help: 'Duration of a tick of one sale by its leader',
    labels: {},
    buckets: seconds,
  },
  sunbeon_tick_lateness_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'admission',
    help: 'Delay of a tick after its due time',
    labels: {},
    buckets: seconds,
  },
  sunbeon_fenced_ticks_total: {
    type: 'counter',
    unit: 'ticks',
    owner: 'admission',
    help: 'Ticks refused because a leader with a newer epoch exists',
    labels: {},
  },
  sunbeon_unreadable_sales: {
    type: 'gauge',
    unit: 'sales',
    owner: 'admission',
    help: 'Sales with stored values that this instance could not read',
    labels: {},
  },
  sunbeon_tick_errors_total: { type: 'counter', unit: 'ticks', owner: 'admission', help: 'Ticks that failed', labels: {} },
  sunbeon_invariant_violations_total: {
    type: 'counter',
    unit: 'looks',
    owner: 'admission',
    help: 'Checks of a sale, every 10 s, that found the invariant violated',
    labels: { invariant: ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'D3'] },
  },

  ...purchaseMetricCatalogue,

  // the draw of a lobby, in admission
  sunbeon_draw_step_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'admission',
    help: 'Time of each step of a draw: reading the lobby, freezing the roster, waiting for the beacon, computing the order, writing the line',
    labels: { step: ['lobby', 'roster', 'beacon', 'order', 'line'] },
    buckets: drawSeconds,
  },
  sunbeon_draws_total: {
    type: 'counter',
    unit: 'calls',
    owner: 'admission',
    help: 'Draws by outcome; `failed`: tried again with the next tick',
    labels: { outcome: ['drawn', 'failed'] },
  },
  sunbeon_planned_changes_total: {
    type: 'counter',
    unit: 'calls',
    owner: 'admission',
    help: 'Planned changes that left the plan; `late`: made two ticks after their time or more; `skipped`: not possible then',
    labels: { outcome: ['made', 'late', 'skipped'] },
  },
  sunbeon_lobby_visitors: {
    type: 'gauge',
    unit: 'visitors',
    owner: 'leader',
    help: 'Visitors of the lobby who have no number yet',
    labels: { sale: 'sale' },
  },

  sunbeon_sale_proof_level: {
    type: 'gauge',
    unit: 'number',
    owner: 'leader',
    help: 'Rush of a sale that asks for a proof of work in a rush only; 0: joins need none, 4: one costs what the sale says, 8: twice that',
    labels: { sale: 'sale' },
  },

  // gateway
  sunbeon_challenges_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'gateway',
    help: 'Challenges of proof of work given out, asked for or with a refused join',
    labels: { by: ['asked', 'refusal'] },
  },
  sunbeon_rpc_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'gateway',
    help: 'Latency of batched RPCs from gateway to service',
    labels: { call: rpcMethods },
    buckets: seconds,
  },
  sunbeon_rpc_items: {
    type: 'histogram',
    unit: 'items',
    owner: 'gateway',
    help: 'Batch size: requests per batched RPC',
    labels: { call: rpcMethods },
    buckets: items,
  },
  sunbeon_rpc_errors_total: {
    type: 'counter',
    unit: 'calls',
    owner: 'gateway',
    help: 'Batched RPCs without an answer from any instance',
    labels: { call: rpcMethods },
  },
  sunbeon_guard_answers_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'gateway',
    help: 'Answers to reverse proxies about requests to guarded shops',
    labels: { answer: ['passed', 'redeemed', 'sent_to_room', 'refused', 'wrong_gate', 'failed'] },
  },
  sunbeon_logins_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'gateway',
    help: 'Logins by OpenID Connect: begun, and how they ended',
    labels: { outcome: ['begun', 'signed_in', 'failed', 'unavailable'] },
  },
  sunbeon_refused_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'gateway',
    help: 'Requests refused by load shedding of a gateway, by the limit reached',
    labels: { limit: ['rpc', 'sockets', 'address', 'handshakes'] },
  },
  sunbeon_sockets: { type: 'gauge', unit: 'sockets', owner: 'gateway', help: 'Open WebSockets', labels: {} },
  sunbeon_sockets_max: { type: 'gauge', unit: 'sockets', owner: 'gateway', help: 'Limit of WebSockets of one process', labels: {} },
  sunbeon_followed_sales: {
    type: 'gauge',
    unit: 'sales',
    owner: 'gateway',
    help: 'Sales whose event stream this gateway follows',
    labels: {},
  },
  sunbeon_frames_total: {
    type: 'counter',
    unit: 'frames',
    owner: 'gateway',
    help: 'Frames sent to browsers, by type',
    labels: {
      type: [
        'extended',
        'completed',
        'state',
        'position',
        'admitted',
        'claimed',
        'expired',
        'held',
        'released',
        'purchased',
        'cancelled',
        'checked_in',
        'sale',
        'alive',
      ] satisfies ServerMessage['type'][],
    },
  },
  sunbeon_sockets_closed_total: {
    type: 'counter',
    unit: 'sockets',
    owner: 'gateway',
    help: 'WebSockets closed, by reason',
    labels: { reason: ['restart', 'try_later', 'policy', 'too_slow', 'replaced', 'sale_deleted', 'dead', 'by_browser'] },
  },
  sunbeon_process_sockets: {
    type: 'gauge',
    unit: 'sockets',
    owner: 'gateway',
    help: 'Open WebSockets of each process of a gateway with several (GATEWAY_PROCESSES); `sunbeon_sockets` is their sum',
    labels: { process: 'process' },
  },
  sunbeon_process_requests_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'gateway',
    help: 'HTTP requests answered by each process of a gateway with several',
    labels: { process: 'process' },
  },
  sunbeon_process_restarts_total: {
    type: 'counter',
    unit: 'number',
    owner: 'gateway',
    help: 'Processes of a gateway with several that ended and were started again',
    labels: {},
  },
  sunbeon_relay_lag_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'gateway',
    help: 'Delay from the XADD of an event to the sending of its frames, by the clocks of Redis and gateway',
    labels: {},
    buckets: seconds,
  },
  sunbeon_mirror_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    owner: 'gateway',
    help: 'For how long a gateway may lack events of a sale that it follows; of the oldest. It is compared every 2 s, so up to 4 is none; 0 without a sale',
    labels: {},
  },
  sunbeon_estimate_error_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'gateway',
    help: 'Distance of the real wait from the range of the first estimate; 0 within it',
    labels: {},
    buckets: [0, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800],
  },
  sunbeon_stream_gaps_total: {
    type: 'counter',
    unit: 'events',
    owner: 'gateway',
    help: 'Gaps detected in a stream; each reloads the mirror',
    labels: {},
  },
  sunbeon_stream_unreadable_total: {
    type: 'counter',
    unit: 'events',
    owner: 'gateway',
    help: 'Stream entries skipped because they are no event',
    labels: {},
  },
});

export type MetricCatalogue = typeof metricCatalogue;
export type MetricName = keyof MetricCatalogue;
/** Names of all metrics of one type. */
export type MetricOf<Type extends MetricSpec['type']> = {
  [N in MetricName]: MetricCatalogue[N]['type'] extends Type ? N : never;
}[MetricName];
/** Labels of a metric, each with its possible values. */
export type LabelsOf<N extends MetricName> = {
  -readonly [L in keyof MetricCatalogue[N]['labels']]: MetricCatalogue[N]['labels'][L] extends readonly (infer Value)[] ? Value : string;
};
