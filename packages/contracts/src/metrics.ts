/** The catalogue: every metric that a Sunbeon process exports, so that dashboards and alerts can be checked against it. */
export interface MetricSpec {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Histograms: upper bounds in the unit of the name. */
  buckets?: readonly number[];
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const items = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const spec = <const T extends Record<string, MetricSpec>>(catalogue: T): T => catalogue;

export const metricCatalogue = spec({
  // every service
  sunbeon_http_request_duration_seconds: { type: 'histogram', help: 'HTTP requests by route, method and status class', labels: ['route', 'method', 'status'], buckets: seconds },
  sunbeon_script_duration_seconds: { type: 'histogram', help: 'Redis script calls, seen from the service', labels: ['script'], buckets: seconds },
  sunbeon_batch_items: { type: 'histogram', help: 'Items that shared one script call or one hop', labels: ['batch'], buckets: items },
  sunbeon_redis_errors_total: { type: 'counter', help: 'Redis errors by class: not_done, unknown, bug', labels: ['class'] },
  sunbeon_redis_up: { type: 'gauge', help: '1 while the command connection is ready', labels: [] },
  sunbeon_redis_warnings: { type: 'gauge', help: 'Settings of Redis that may lose what was acknowledged', labels: [] },
  // queue
  sunbeon_joins_total: { type: 'counter', help: 'Joins by outcome', labels: ['outcome'] },
  sunbeon_leaves_total: { type: 'counter', help: 'Visitors who gave their place up, by where from', labels: ['from'] },
  // admission: figures of a sale are exported by its leader only, so that sums over replicas are right
  sunbeon_waiting_visitors: { type: 'gauge', help: 'Visitors in the queue', labels: ['sale'] },
  sunbeon_active_visitors: { type: 'gauge', help: 'Visitors inside', labels: ['sale'] },
  sunbeon_stock_tickets: { type: 'gauge', help: 'Tickets by state: total, left, held, sold', labels: ['sale', 'state'] },
  sunbeon_bucket_visitors: { type: 'gauge', help: 'Level of the admission bucket', labels: ['sale'] },
  sunbeon_epoch: { type: 'gauge', help: 'Fencing number of the leader', labels: ['sale'] },
  sunbeon_is_leader: { type: 'gauge', help: '1 on the instance that ticks the sale', labels: ['sale'] },
  sunbeon_admitted_total: { type: 'counter', help: 'Visitors admitted', labels: ['sale'] },
  sunbeon_expired_total: { type: 'counter', help: 'Visitors expired, by reason', labels: ['sale', 'reason'] },
  sunbeon_claims_total: { type: 'counter', help: 'Claims by outcome', labels: ['outcome'] },
  sunbeon_tick_duration_seconds: { type: 'histogram', help: 'One tick of one sale', labels: [], buckets: seconds },
  sunbeon_tick_lateness_seconds: { type: 'histogram', help: 'How late a tick began', labels: [], buckets: seconds },
  sunbeon_fenced_ticks_total: { type: 'counter', help: 'Ticks refused because a newer leader exists', labels: [] },
  sunbeon_tick_errors_total: { type: 'counter', help: 'Ticks that failed', labels: [] },
  sunbeon_invariant_violations_total: { type: 'counter', help: 'Looks at a sale, every 10 s, that found a promise broken', labels: ['invariant'] },
  // purchase
  sunbeon_purchases_total: { type: 'counter', help: 'Purchase requests by outcome', labels: ['outcome'] },
  sunbeon_tickets_sold_total: { type: 'counter', help: 'Tickets sold by this instance', labels: [] },
  sunbeon_holds_total: { type: 'counter', help: 'Hold requests by verb and outcome', labels: ['verb', 'outcome'] },
  // gateway
  sunbeon_sockets: { type: 'gauge', help: 'Open WebSockets', labels: [] },
  sunbeon_frames_total: { type: 'counter', help: 'Frames sent by type', labels: ['type'] },
  sunbeon_sockets_closed_total: { type: 'counter', help: 'Sockets closed, by reason', labels: ['reason'] },
  sunbeon_relay_lag_seconds: { type: 'histogram', help: 'From the script to the relay, by the two clocks', labels: [], buckets: seconds },
  sunbeon_estimate_error_seconds: { type: 'histogram', help: 'How far outside the first range a visitor was told the real wait was; 0 within it', labels: [], buckets: [0, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800] },
  sunbeon_stream_gaps_total: { type: 'counter', help: 'Gaps found in a stream; the mirror was loaded again', labels: [] },
  sunbeon_stream_unreadable_total: { type: 'counter', help: 'Stream entries that are no event', labels: [] },
  sunbeon_hop_duration_seconds: { type: 'histogram', help: 'Batched calls from gateway to service', labels: ['call'], buckets: seconds },
});

export type MetricName = keyof typeof metricCatalogue;
