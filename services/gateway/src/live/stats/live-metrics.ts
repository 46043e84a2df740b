import type { LabelsOf, ServerMessage } from '@sunbeon/contracts';
import type { Metrics } from '@sunbeon/runtime';

export type CloseReason = LabelsOf<'sunbeon_sockets_closed_total'>['reason'];

/** Metrics of the relay. */
export const liveMetrics = (metrics: Metrics) => {
  const frames = metrics.counters('sunbeon_frames_total', 'type');
  const closed = metrics.counters('sunbeon_sockets_closed_total', 'reason');
  const open = metrics.gauge('sunbeon_sockets', {});
  const followed = metrics.gauge('sunbeon_followed_sales', {});
  const mirrorAge = metrics.gauge('sunbeon_mirror_age_seconds', {});
  open.set(0);
  followed.set(0);
  mirrorAge.set(0);
  return {
    sockets: open.set,
    socketsMax: metrics.gauge('sunbeon_sockets_max', {}).set,
    followed: followed.set,
    mirrorAge: mirrorAge.set,
    sent: (type: ServerMessage['type']): void => frames[type](),
    closed: (reason: CloseReason): void => closed[reason](),
    lag: metrics.histogram('sunbeon_relay_lag_seconds', {}),
    estimated: metrics.histogram('sunbeon_estimate_error_seconds', {}),
    gap: metrics.counter('sunbeon_stream_gaps_total', {}),
    unreadable: metrics.counter('sunbeon_stream_unreadable_total', {}),
  };
};
export type LiveMetrics = ReturnType<typeof liveMetrics>;
