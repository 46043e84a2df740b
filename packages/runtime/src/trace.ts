import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Trace of one caller of a shared call; null without one. Opaque. */
export type Caller = object | null;

export interface SpanOptions {
  kind: 'server' | 'client' | 'producer';
  /** W3C traceparent of the incoming work; without one, the current span. */
  parent?: string | undefined;
}

/**
 * Tracing, while it is on. Only a request starts a trace: background work gets no span. Calls that share an RPC or a script each
 * get a span of it, so that every trace is whole.
 */
export interface Tracing {
  /** A span around every request of this server, child of the caller's `traceparent` if present. */
  instrument: (app: FastifyInstance) => void;
  /** `trace`: traceparent of the new span, for propagation; undefined without a trace. A thrown error is recorded. */
  span: <T>(name: string, options: SpanOptions, work: (trace: string | undefined) => Promise<T>) => Promise<T>;
  /** The same for synchronous work. */
  within: (name: string, options: SpanOptions, work: () => void) => void;
  /** Traceparent of the current span. */
  current: () => string | undefined;
  caller: () => Caller;
  /** Runs a call shared by several traces. */
  together: <T>(callers: Caller[], work: () => Promise<T>) => Promise<T>;
  /** A script call: a span per caller. `traces`: their traceparents for the script, separated by spaces, `-` for none; '' without any. */
  script: <T>(name: string, work: (traces: string) => Promise<T>) => Promise<T>;
  /** Trace fields of a log line. */
  logFields: () => Record<string, string>;
  /** The same of a request, wherever the line is written. */
  requestFields: (request: FastifyRequest) => Record<string, string>;
  /** Flushes the exporter. */
  stop: () => Promise<void>;
}

let active: Tracing | null = null;

/** Null when tracing is off: no module of OpenTelemetry is loaded then. */
export const tracing = (): Tracing | null => active;

/** Turns tracing on when an exporter is configured; to be called before anything else is created. */
export const startTracing = async (service: string, endpoint: string | undefined): Promise<void> => {
  if (endpoint === undefined) return;
  const { createTracing } = await import('./tracing.ts');
  active = createTracing(service);
};
