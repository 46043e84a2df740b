import type { FastifyInstance } from 'fastify';

/** Who asked for one part of a shared call; null for somebody who is not traced. Opaque. */
export type Caller = object | null;

export interface SpanOptions {
  kind: 'server' | 'client' | 'producer';
  /** W3C traceparent that came with the work; the span that runs now when there is none. */
  parent?: string | undefined;
}

/**
 * Traces, while they are on. Only a request begins a trace: work that belongs to none gets no span. Calls that share an RPC or a script each
 * get their own span of it, so that every trace is whole.
 */
export interface Tracing {
  /** A span around every request of this server, child of the caller's `traceparent` if there is one. */
  instrument: (app: FastifyInstance) => void;
  /** `trace`: the traceparent of the new span, to be sent along; undefined when there is no trace. An error that is thrown is noted. */
  span: <T>(name: string, options: SpanOptions, work: (trace: string | undefined) => Promise<T>) => Promise<T>;
  /** The same for work that is done at once. */
  within: (name: string, options: SpanOptions, work: () => void) => void;
  /** Traceparent of what runs now. */
  current: () => string | undefined;
  caller: () => Caller;
  /** Runs a call that several share. */
  together: <T>(callers: Caller[], work: () => Promise<T>) => Promise<T>;
  /** A script call: a span for each who shares it. `traces`: their traceparents for the script, separated by spaces, `-` for none; '' when nobody is traced. */
  script: <T>(name: string, work: (traces: string) => Promise<T>) => Promise<T>;
  /** What a line of the log says of the trace. */
  logFields: () => Record<string, string>;
  /** Sends what is left. */
  stop: () => Promise<void>;
}

let active: Tracing | null = null;

/** Null when traces are off: then nothing that makes or sends spans is even loaded. */
export const tracing = (): Tracing | null => active;

/** Turns traces on when there is somewhere to send them; to be called before anything else is made. */
export const startTracing = async (service: string, endpoint: string | undefined): Promise<void> => {
  if (endpoint === undefined) return;
  const { createTracing } = await import('./tracing.ts');
  active = createTracing(service);
};
