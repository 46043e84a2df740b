import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Trace of one caller of a shared call; null without one. Opaque. */
export type Caller = object | null;

export interface SpanOptions {
  kind: 'server' | 'client' | 'producer';
  /** W3C traceparent of the incoming work; without one, the current span. */
  parent?: string | undefined;
}

type Sampler = 'always_on' | 'always_off' | 'traceidratio';
/** The standard keeps every trace. This does too, and one setting makes it a share. */
export const standardSampling = { name: 'parentbased_traceidratio', ratio: '1' } as const;
export interface TracingSettings {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_TRACES_SAMPLER?: Sampler | `parentbased_${Sampler}`;
  /** From 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG?: string;
}

/** What becomes of spans that no collector gets. */
export interface SpanLosses {
  /** `queue_full`: more spans than the collector takes; `not_delivered`: it did not answer, or refused them. */
  lost: (reason: 'queue_full' | 'not_delivered', spans: number) => void;
  /** The first failure, and the first success after it. */
  away: (reason: string) => void;
  back: () => void;
}

/**
 * Tracing, while it is on. A trace is kept as a whole or not at all: the gateway decides, at its first span. What is not kept has no spans, no ids in logs
 * and none in events. Only a request starts a trace: background work gets no span. Calls that share an RPC or a script each get a span of it.
 */
export interface Tracing {
  /** Whether every trace is kept. With a share, answers that a gateway gives again from memory have none. */
  keepsAll: boolean;
  /** A span around every request of this server, child of the caller's `traceparent` if present, linked to a `disowned` one. */
  instrument: (app: FastifyInstance) => void;
  /** `trace`: traceparent of the new span, for propagation; undefined without a trace that is kept. A thrown error is recorded. */
  span: <T>(name: string, options: SpanOptions, work: (trace: string | undefined) => Promise<T>) => Promise<T>;
  /** The same for synchronous work. */
  within: (name: string, options: SpanOptions, work: () => void) => void;
  /** Traceparent of the current span, also of a trace that is not kept: without it the called service would begin one. */
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
  report: (losses: SpanLosses) => void;
  /** Flushes the exporter. */
  stop: () => Promise<void>;
}

let active: Tracing | null = null;

/** Null when tracing is off: no module of OpenTelemetry is loaded then. */
export const tracing = (): Tracing | null => active;

/** Turns tracing on when an exporter is configured; to be called before anything else is created. */
export const startTracing = async (service: string, settings: TracingSettings): Promise<void> => {
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return;
  const { createTracing } = await import('./tracing.ts');
  active = await createTracing(service, settings);
};

const disowned = new WeakMap<IncomingMessage, string>();
/**
 * Removes the trace headers of a caller that is not trusted: such a caller neither decides which traces are kept nor adds spans to another's trace. The request
 * gets a trace of its own, with a link to the caller's.
 */
export const disownTrace = (request: IncomingMessage): void => {
  if (active === null) return;
  const { traceparent } = request.headers;
  if (typeof traceparent === 'string') disowned.set(request, traceparent);
  for (const name of ['traceparent', 'tracestate']) Reflect.deleteProperty(request.headers, name);
};
export const disownedTraceOf = (request: IncomingMessage): string | undefined => disowned.get(request);
