import type { Jaeger } from './jaeger.mjs';

/** A span of one trace; times in ms since 1970. */
export interface TraceSpan {
  spanId: string;
  parent: string | undefined;
  service: string;
  name: string;
  startMs: number;
  endMs: number;
}
interface OtlpTrace {
  result: {
    resourceSpans: {
      resource: { attributes: { key: string; value: { stringValue?: string } }[] };
      scopeSpans: {
        spans: { spanId: string; parentSpanId?: string; name: string; startTimeUnixNano: string; endTimeUnixNano: string }[];
      }[];
    }[];
  };
}

const msOf = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000n) / 1_000;
const nanosecondsOf = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n);

/** The spans of a trace that Jaeger has now. */
export const readTrace = async ({ api }: Jaeger, traceId: string): Promise<TraceSpan[]> => {
  const response = await fetch(`${api}/api/v3/traces/${traceId}`);
  if (!response.ok) return [];
  const { result } = (await response.json()) as OtlpTrace;
  return result.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        spanId: span.spanId,
        parent: span.parentSpanId || undefined,
        service,
        name: span.name,
        startMs: msOf(span.startTimeUnixNano),
        endMs: msOf(span.endTimeUnixNano),
      })),
    );
  });
};

/** Sends spans that somebody else measured. */
export const sendSpans = async ({ endpoint }: Jaeger, traceId: string, spans: readonly TraceSpan[]): Promise<void> => {
  const resourceSpans = spans.map(({ service, spanId, parent, name, startMs, endMs }) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId,
            ...(parent === undefined ? {} : { parentSpanId: parent }),
            name,
            kind: 3,
            startTimeUnixNano: nanosecondsOf(startMs),
            endTimeUnixNano: nanosecondsOf(endMs),
          },
        ],
      },
    ],
  }));
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: JSON.stringify({ resourceSpans }) });
  if (!response.ok) throw new Error(`Jaeger took no span: ${response.status} ${await response.text()}`);
};

/** Parents before their children, children by their start; with the depth of each. */
export const inOrder = (spans: readonly TraceSpan[], parent?: string, depth = 0): { span: TraceSpan; depth: number }[] =>
  spans
    .filter((span) => span.parent === parent)
    .toSorted((a, b) => a.startMs - b.startMs)
    .flatMap((span) => [{ span, depth }, ...inOrder(spans, span.spanId, depth + 1)]);
