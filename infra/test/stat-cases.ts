import type { SeriesValues } from '../../tools/monitor/evaluate.ts';

/** Series, and what the panel shows of them: colour, and words where it has some. */
export interface Case {
  series: SeriesValues;
  shows: string[];
}
export interface Cases {
  good: Case[];
  bad: Case[];
  /** States without good or bad. */
  idle?: Case[];
}

const one = (name: string, values: string, shows: string): Case => ({ series: { [name]: values }, shows: [shows] });
const status = (name: string, shows: string): Case => ({
  series: Object.fromEntries(
    ['scheduled', 'lobby', 'drawing', 'open', 'paused', 'closed'].map((each) => [
      `sunbeon_sale_status{sale="a",status="${each}"}`,
      `${each === name ? 1 : 0}x200`,
    ]),
  ),
  shows: [shows],
});
/** A sale with room and tickets, at ten a second; `left` null: a gate. */
const pace = (admitted: string, waiting: number, shows: string, left: number | null = 9): Case => ({
  series: {
    'sunbeon_sale_status{sale="a",status="open"}': '1x200',
    'sunbeon_waiting_visitors{sale="a"}': `${waiting}x200`,
    'sunbeon_active_visitors{sale="a"}': '1x200',
    'sunbeon_active_limit_visitors{sale="a"}': '100x200',
    ...(left === null ? {} : { 'sunbeon_stock_tickets{sale="a",state="left"}': `${left}x200` }),
    'sunbeon_pace_visitors_per_second{sale="a"}': '10x200',
    'sunbeon_sale_admitted_total{sale="a"}': admitted,
  },
  shows: [shows],
});
const aof = (enabled: number, write: number, rewrite: number, shows: string): Case => ({
  series: {
    redis_aof_enabled: `${enabled}x200`,
    redis_aof_last_write_status: `${write}x200`,
    redis_aof_last_bgrewrite_status: `${rewrite}x200`,
  },
  shows: [shows],
});
const memory = (used: number, limit: number, shows: string): Case => ({
  series: {
    redis_memory_used_bytes: `${used}x200`,
    redis_memory_max_bytes: `${limit}x200`,
  },
  shows: [shows],
});
const thread = (user: number, system: number, shows: string): Case => ({
  series: {
    redis_cpu_user_main_thread_seconds_total: `0+${user * 5}x200`,
    redis_cpu_sys_main_thread_seconds_total: `0+${system * 5}x200`,
  },
  shows: [shows],
});
const kinds = ['gateway', 'queue', 'admission', 'purchase', 'web'];
const there = (names: string[], shows: string): Case => ({
  series: Object.fromEntries(names.map((name) => [`sunbeon_build_info{service="${name}",instance="${name}"}`, '1x200'])),
  shows: [shows],
});
const instance = '{job="j",instance="i",service="gateway"}';
const answers = (ok: number, failed: number, shows: string): Case => ({
  series: {
    'sunbeon_http_request_duration_seconds_count{service="gateway",route="/x",status="2xx"}': `0+${ok}x200`,
    ...(failed === 0
      ? {}
      : { 'sunbeon_http_request_duration_seconds_count{service="gateway",route="/x",status="5xx"}': `0+${failed}x200` }),
  },
  shows: [shows],
});
/** All observations of a histogram between two bounds. */
const histogram = (name: string, labels: string, le: [string, string], each: number, shows: string): Case => ({
  series: {
    [`${name}_bucket{${labels}le="${le[0]}"}`]: '0x200',
    [`${name}_bucket{${labels}le="${le[1]}"}`]: `0+${each}x200`,
    [`${name}_bucket{${labels}le="+Inf"}`]: `0+${each}x200`,
  },
  shows: [shows],
});
const durations = 'sunbeon_http_request_duration_seconds';
const loop = (seconds: number, shows: string): Case => ({
  series: { [`nodejs_eventloop_lag_p99_seconds${instance}`]: `${seconds}x200`, [`sunbeon_build_info${instance}`]: '1x200' },
  shows: [shows],
});

/** For each figure of each dashboard: series that are good, and series that are bad. */
export const statCases: Record<string, Cases> = {
  'sale.json: State': {
    good: [status('open', 'green open')],
    bad: [status('paused', 'orange paused')],
    idle: [status('closed', 'blue closed'), status('scheduled', 'blue scheduled')],
  },
  'sale.json: Leaders': {
    good: [
      {
        series: { 'sunbeon_is_leader{sale="a",instance="x"}': '1x200', 'sunbeon_is_leader{sale="a",instance="y"}': '0x200' },
        shows: ['green'],
      },
    ],
    bad: [
      one('sunbeon_is_leader{sale="a",instance="x"}', '0x200', 'red'),
      // All admission instances are gone.
      one('sunbeon_is_leader{sale="a",instance="x"}', '1x150 stale', 'red'),
      {
        series: { 'sunbeon_is_leader{sale="a",instance="x"}': '1x200', 'sunbeon_is_leader{sale="a",instance="y"}': '1x200' },
        shows: ['red'],
      },
      { series: { 'sunbeon_is_leader{sale="a"}': '1x200', 'sunbeon_is_leader{sale="b"}': '0x200' }, shows: ['green', 'red'] },
    ],
  },
  'sale.json: Leader changes, 1 h': {
    good: [one('sunbeon_epoch{sale="a"}', '700x200', 'green')],
    bad: [one('sunbeon_epoch{sale="a"}', '1x20 2x20 3x20 4x200', 'orange'), one('sunbeon_epoch{sale="a"}', '1+1x200', 'red')],
  },
  'sale.json: Admissions, of the pace': {
    good: [pace('0+50x200', 100, 'green'), pace('0+50x200', 100, 'green', null)],
    bad: [
      pace('0+30x200', 100, 'orange'),
      pace('500x200', 100, 'red'),
      pace('0+90x200', 100, 'red'),
      pace('0+30x200', 100, 'orange', null),
      pace('500x200', 100, 'red', null),
    ],
    idle: [pace('500x200', 0, 'blue none due'), pace('500x200', 0, 'blue none due', null), pace('500x200', 100, 'blue none due', 0)],
  },
  'sale.json: Waiting': {
    good: [one('sunbeon_waiting_visitors{sale="a"}', '100x200', 'green')],
    bad: [one('sunbeon_waiting_visitors{sale="a"}', '2000000x200', 'orange')],
  },
  'sale.json: Inside, of the limit': {
    good: [
      {
        series: { 'sunbeon_active_visitors{sale="a"}': '100x200', 'sunbeon_active_limit_visitors{sale="a"}': '100x200' },
        shows: ['green'],
      },
    ],
    bad: [
      { series: { 'sunbeon_active_visitors{sale="a"}': '101x200', 'sunbeon_active_limit_visitors{sale="a"}': '100x200' }, shows: ['red'] },
    ],
  },
  'sale.json: Tickets left': {
    good: [one('sunbeon_stock_tickets{sale="a",state="left"}', '70x200', 'green')],
    bad: [
      one('sunbeon_stock_tickets{sale="a",state="left"}', '0x200', 'orange none left'),
      one('sunbeon_stock_tickets{sale="a",state="left"}', '-1x200', 'red'),
      {
        series: {
          'sunbeon_stock_tickets{sale="a",state="left"}': '0x200',
          'sunbeon_waiting_visitors{sale="a"}': '7x200',
          'sunbeon_waiting_visitors{sale="gate"}': '7x200',
        },
        shows: ['orange none left', 'blue a gate'],
      },
    ],
    idle: [one('sunbeon_waiting_visitors{sale="gate"}', '7x200', 'blue a gate')],
  },
  'sale.json: Violations, 10 min': {
    good: [one('sunbeon_invariant_violations_total{invariant="I1"}', '7x200', 'green')],
    bad: [one('sunbeon_invariant_violations_total{invariant="I1"}', '0x150 1x50', 'red')],
  },
  'redis.json: Reachable': {
    good: [{ series: { redis_up: '1x200', 'sunbeon_redis_up{service="queue"}': '1x200' }, shows: ['green yes'] }],
    bad: [
      {
        series: { 'redis_up{instance="replica"}': '0x200', redis_up: '1x200', 'sunbeon_redis_up{service="queue"}': '1x200' },
        shows: ['orange partly'],
      },
      {
        series: { redis_up: '1x200', 'sunbeon_redis_up{service="queue"}': '0x200', 'sunbeon_redis_up{service="gateway"}': '1x200' },
        shows: ['red no'],
      },
      {
        series: { 'sunbeon_redis_up{service="queue",instance="a"}': '0x200', 'sunbeon_redis_up{service="queue",instance="b"}': '1x200' },
        shows: ['orange partly'],
      },
      // Of several processes of a gateway one.
      one('sunbeon_redis_up{service="gateway"}', '0.75x200', 'orange partly'),
      one('sunbeon_redis_up{service="queue"}', '0x200', 'red no'),
    ],
  },
  'redis.json: Warnings': {
    good: [one('sunbeon_redis_warnings', '0x200', 'green')],
    bad: [one('sunbeon_redis_warnings', '1x200', 'red')],
  },
  'redis.json: Append-only file': {
    good: [aof(1, 1, 1, 'green written')],
    bad: [aof(0, 1, 1, 'red failing'), aof(1, 0, 1, 'red failing'), aof(1, 1, 0, 'red failing')],
  },
  'redis.json: Fsyncs delayed, 10 min': {
    // One an hour ago is no news.
    good: [one('redis_aof_delayed_fsync', '1x200', 'green')],
    bad: [one('redis_aof_delayed_fsync', '1x150 2x50', 'red')],
  },
  'redis.json: Memory, of the limit': {
    good: [memory(50, 100, 'green')],
    bad: [memory(75, 100, 'orange'), memory(90, 100, 'red'), memory(50, 0, 'orange no limit')],
  },
  'redis.json: Main thread': {
    good: [thread(0.2, 0.2, 'green')],
    bad: [thread(0.5, 0.3, 'orange'), thread(0.5, 0.45, 'red')],
  },
  'redis.json: Refused, 10 min': {
    good: [one('redis_rejected_connections_total', '12x200', 'green')],
    bad: [one('redis_rejected_connections_total', '12x150 13x50', 'red')],
  },
  'redis.json: Slow commands, 10 min': {
    good: [one('redis_slowlog_last_id', '128x200', 'green')],
    bad: [one('redis_slowlog_last_id', '128x150 129x50', 'orange'), one('redis_slowlog_last_id', '128x150 158x50', 'red')],
  },
  'services.json: Services there': { good: [there(kinds, 'green')], bad: [there(kinds.slice(1), 'red'), there(['web'], 'red')] },
  'services.json: Processes down': {
    good: [{ series: { [`up{job="j",instance="i"}`]: '1x200', [`sunbeon_build_info${instance}`]: '1x200' }, shows: ['green'] }],
    bad: [
      { series: { [`up{job="j",instance="i"}`]: '1x100 0x100', [`sunbeon_build_info${instance}`]: '1x100 stale' }, shows: ['red'] },
      { series: { [`up{job="r",instance="i"}`]: '1x100 0x100', [`redis_up{job="r",instance="i"}`]: '1x100 stale' }, shows: ['red'] },
    ],
  },
  'services.json: Alerts': { good: [there(kinds, 'green')], bad: [there(['web'], 'red')] },
  'services.json: Failing': {
    good: [answers(100, 0, 'green')],
    bad: [answers(200, 1, 'orange'), answers(90, 10, 'red'), answers(0, 10, 'red')],
    idle: [answers(0, 0, 'blue No traffic'), there(['gateway'], 'blue No traffic')],
  },
  'services.json: API, p99': {
    good: [histogram(durations, 'service="gateway",route="/x",', ['0.05', '0.1'], 5, 'green')],
    bad: [
      histogram(durations, 'service="gateway",route="/x",', ['0.25', '0.5'], 5, 'orange'),
      histogram(durations, 'service="gateway",route="/x",', ['1', '2.5'], 5, 'red'),
    ],
    idle: [
      histogram(durations, 'service="gateway",route="/x",', ['1', '2.5'], 0, 'blue No traffic'),
      there(['gateway'], 'blue No traffic'),
    ],
  },
  'services.json: Page, p99': {
    good: [histogram(durations, 'service="web",route="/sales/:sale",', ['0.05', '0.1'], 5, 'green')],
    bad: [histogram(durations, 'service="web",route="/sales/:sale",', ['1', '2.5'], 5, 'red')],
    idle: [
      histogram(durations, 'service="web",route="/sales/:sale",', ['1', '2.5'], 0, 'blue No traffic'),
      there(['web'], 'blue No traffic'),
    ],
  },
  'services.json: Sockets, of the limit': {
    good: [{ series: { 'sunbeon_sockets{instance="a"}': '10x200', 'sunbeon_sockets_max{instance="a"}': '100x200' }, shows: ['green'] }],
    bad: [
      {
        series: {
          'sunbeon_sockets{instance="a"}': '0x200',
          'sunbeon_sockets_max{instance="a"}': '100x200',
          'sunbeon_sockets{instance="b"}': '95x200',
          'sunbeon_sockets_max{instance="b"}': '100x200',
        },
        shows: ['red'],
      },
    ],
  },
  'services.json: Relay lag': {
    good: [histogram('sunbeon_relay_lag_seconds', '', ['0.005', '0.01'], 5, 'green')],
    bad: [histogram('sunbeon_relay_lag_seconds', '', ['1', '2.5'], 5, 'red')],
    idle: [histogram('sunbeon_relay_lag_seconds', '', ['1', '2.5'], 0, 'blue No traffic')],
  },
  'services.json: Event loop': { good: [loop(0.26, 'green')], bad: [loop(0.4, 'orange'), loop(0.75, 'red')] },
  'services.json: Refused': {
    good: [one('sunbeon_refused_total{limit="rpc"}', '99x200', 'green')],
    bad: [one('sunbeon_refused_total{limit="rpc"}', '0+1x200', 'red')],
  },
};
