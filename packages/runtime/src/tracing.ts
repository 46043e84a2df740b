import { FastifyOtelInstrumentation } from '@fastify/otel';
import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { core, NodeSDK } from '@opentelemetry/sdk-node';
import { rpcPaths } from '@sunbeon/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codedErrorOf } from './problems.ts';
import { createSpanExport, settingOf } from './trace-export.ts';
import { keepsAll, samplerOf } from './trace-sampler.ts';
import { disownedTraceOf, type SpanOptions, type Tracing, type TracingSettings } from './trace.ts';

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER } as const;
/** Time to flush the last spans when a process stops, ms. */
const farewellMs = 1_000;
/** Characters of an attribute, where the standard variables name no other number. */
const attributeCharacters = 500;
const callersKey = createContextKey('sunbeon callers');
/** Excluded: batches (each item has its trace) and streams (they last as long as the page is open). */
const untraced = new Set<string>([
  ...Object.values(rpcPaths),
  '/api/sales/:sale/live',
  '/livez',
  '/readyz',
  '/metrics',
  '/internal/ready',
  '/internal/pass-keys',
]);

const traceparentOf = (of: Context): string | undefined => {
  const carrier: Record<string, string> = {};
  propagation.inject(of, carrier);
  return carrier['traceparent'];
};
/** Whether there is a trace that is kept. */
const isKept = (of: Context): boolean => ((trace.getSpanContext(of)?.traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0;
const fieldsOf = (of: Context): Record<string, string> => {
  const span = trace.getSpanContext(of);
  return span && isKept(of) ? { trace_id: span.traceId, span_id: span.spanId } : {};
};
/** By the code of the problem alone: messages and stacks may quote what a stranger sent. The log has them, with the id of the trace. */
const fail = (span: Span, error: unknown): void => {
  span.setStatus({ code: SpanStatusCode.ERROR, message: codedErrorOf(error).code });
};

/** Loaded only when tracing is on. Protocol, headers, limits and times of the export: the standard OTEL_* variables. */
export const createTracing = async (service: string, settings: TracingSettings): Promise<Tracing> => {
  const spans = await createSpanExport();
  const sdk = new NodeSDK({
    serviceName: service,
    autoDetectResources: false,
    sampler: samplerOf(settings, service === 'gateway'),
    spanProcessors: [spans.processor],
    spanLimits: {
      attributeValueLengthLimit:
        settingOf('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? settingOf('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? attributeCharacters,
    },
    // The one form that gateway, services and events agree on: no baggage of strangers.
    textMapPropagator: new core.W3CTraceContextPropagator(),
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = trace.getTracer('sunbeon');

  /** Parent context of a new span; null without a trace that is kept. */
  const parentOf = ({ parent }: SpanOptions): Context | null => {
    const found = parent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
    return isKept(found) ? found : null;
  };
  const begin = (name: string, kind: SpanKind, parent: Context, attributes = {}): { span: Span; inside: Context } => {
    const span = tracer.startSpan(name, { kind, attributes }, parent);
    return { span, inside: trace.setSpan(parent, span) };
  };

  return {
    keepsAll: keepsAll(settings),
    instrument: (app) => {
      const otel = new FastifyOtelInstrumentation({
        instrumentHooks: false,
        instrumentHandler: false,
        recordExceptions: false,
        ignorePaths: ({ url }) => untraced.has(url.split('?', 1)[0]!) || /^\/api\/sales\/[^/]+\/live(\?|$)/.test(url),
        requestHook: (span, request) => {
          const route = request.routeOptions.url ?? 'unmatched';
          span.updateName(`${request.method} ${route}`);
          // The address itself has codes of logins, access codes and what operators search for.
          span.setAttribute('url.path', route);
          const foreign = disownedTraceOf(request.raw);
          const linked = foreign && trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent: foreign }));
          if (linked) span.addLink({ context: linked });
        },
      });
      // Called at once instead of being registered, so that routes declared right after have it.
      otel.plugin()(app, {}, () => {});
      // After the instrumentation's own hook, which describes the error by its message.
      app.addHook('onRoute', (route) => {
        route.onError = [
          route.onError ?? [],
          (request: FastifyRequest, _: FastifyReply, error: Error, done: () => void) => {
            const { span } = request.opentelemetry();
            if (span) fail(span, error);
            done();
          },
        ].flat();
      });
      // A body that arrived in parts has lost the context of its request.
      app.addHook('preHandler', (request, _, done) => {
        const { context: own } = request.opentelemetry();
        if (own) context.with(own, done);
        else done();
      });
    },
    span: async (name, options, work) => {
      const parent = parentOf(options);
      if (!parent) return await work(undefined);
      const { span, inside } = begin(name, kinds[options.kind], parent);
      try {
        return await context.with(inside, () => work(traceparentOf(inside)));
      } catch (error) {
        fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
    within: (name, options, work) => {
      const parent = parentOf(options);
      if (!parent) return work();
      const { span, inside } = begin(name, kinds[options.kind], parent);
      try {
        context.with(inside, work);
      } finally {
        span.end();
      }
    },
    current: () => (trace.getSpanContext(context.active()) ? traceparentOf(context.active()) : undefined),
    caller: () => (isKept(context.active()) ? context.active() : null),
    together: (callers, work) => context.with(ROOT_CONTEXT.setValue(callersKey, callers), work),
    script: async (name, work) => {
      const here = context.active();
      const callers = (here.getValue(callersKey) as (Context | null)[] | undefined) ?? [isKept(here) ? here : null];
      if (callers.every((caller) => caller === null)) return await work('');
      const attributes = {
        'db.system.name': 'redis',
        'db.operation.name': 'EVALSHA',
        'db.stored_procedure.name': name,
        'db.operation.batch.size': callers.length,
      };
      const begun = callers.map((caller) => caller && begin(name, SpanKind.CLIENT, caller, attributes));
      try {
        return await work(begun.map((one) => (one && traceparentOf(one.inside)) ?? '-').join(' '));
      } catch (error) {
        for (const one of begun) if (one) fail(one.span, error);
        throw error;
      } finally {
        for (const one of begun) one?.span.end();
      }
    },
    logFields: () => fieldsOf(context.active()),
    requestFields: (request) => fieldsOf(request.opentelemetry().context ?? ROOT_CONTEXT),
    report: spans.report,
    // A collector that does not answer must not keep a process from ending.
    stop: () => Promise.race([sdk.shutdown().catch(() => {}), new Promise<void>((resolve) => setTimeout(resolve, farewellMs))]),
  };
};
