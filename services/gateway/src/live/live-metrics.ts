import type { Metrics } from '@sunbeon/runtime';

export type CloseReason = 'restart' | 'try_later' | 'policy' | 'too_slow' | 'replaced' | 'sale_deleted' | 'dead' | 'by_browser';

/** What the relay reports, each behind a verb. */
export const liveMetrics = (metrics: Metrics) => ({
  sockets: (open: number) => metrics.set('sunbeon_sockets', open),
  sent: (type: string, frames = 1) => metrics.count('sunbeon_frames_total', { type }, frames),
  closed: (reason: CloseReason) => metrics.count('sunbeon_sockets_closed_total', { reason }),
  lag: (seconds: number) => metrics.observe('sunbeon_relay_lag_seconds', seconds),
  estimated: (seconds: number) => metrics.observe('sunbeon_estimate_error_seconds', seconds),
  gap: () => metrics.count('sunbeon_stream_gaps_total'),
  unreadable: () => metrics.count('sunbeon_stream_unreadable_total'),
});
export type LiveMetrics = ReturnType<typeof liveMetrics>;
