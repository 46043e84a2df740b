import type { MetricsSnapshot, Readiness } from '@sunbeon/runtime';

/** Limits per address that the processes keep together. */
export type PoolName = 'sockets' | 'joins';

/** From the primary to a process. */
export type ToProcess =
  /** With a socket, the next connection; without one, its browser has left meanwhile. */
  | { type: 'connection' }
  | { type: 'metrics' }
  | { type: 'stop' }
  /** No further connection follows. */
  | { type: 'closed' }
  | { type: 'taken'; id: number; taken: boolean; used: number; ttlMs: number };

/** From a process to the primary. */
export type FromProcess =
  | { type: 'listening' }
  /** A heartbeat. */
  | { type: 'state'; readiness: Readiness }
  /** The connection has arrived; the next one may follow. */
  | { type: 'accepted' }
  | { type: 'metrics'; snapshot: MetricsSnapshot }
  /** Takes no further connection. */
  | { type: 'closing' }
  | { type: 'take'; id: number; pool: PoolName; address: string }
  | { type: 'release'; pool: PoolName; address: string };

export const processLimits = {
  /** Interval of heartbeats, ms. */
  heartbeatMs: 500,
  /** Silence after which a process gets no connection and is not asked, ms. */
  silentMs: 2_000,
  /** Heartbeats missed after which a process is killed: 30 s, as in the manifests of Kubernetes. Counted, so that a machine that slept kills nothing. */
  missedHeartbeats: 60,
  /** Time for the answer to a scrape, ms; then the last answer of the process counts. */
  metricsMs: 1_000,
  /** Time for a connection to arrive, ms; then the process gets no further one until it did. */
  acceptMs: 1_000,
  /** Connections that wait for one process, or for the first one: as long as the queue of a port. Further ones are closed, so that a flood costs the primary no more. */
  waitingConnections: 4_096,
  /** First and longest pause before a process that ended is started again, ms; it doubles with each end within a minute. */
  pauseMs: 500,
  longestPauseMs: 15_000,
  steadyMs: 60_000,
  /** Time for the answer of the primary about a limit, ms; then the process decides alone. */
  takeMs: 1_000,
} as const;
