import { core } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanLosses } from './trace.ts';

/** A number of the standard OTEL_* variables. */
export const settingOf = (name: string): number | undefined => core.getNumberFromEnv(name);
/** Standard value of `OTEL_BSP_MAX_QUEUE_SIZE`. */
const standardQueueSize = 2_048;

/** The exporter of the standard protocol variables; each has its own packages, of which one is loaded. */
const createExporter = async (): Promise<SpanExporter> => {
  const protocol = core.getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? core.getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'grpc') return new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter();
  if (protocol === 'http/json') return new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter();
  return new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter();
};

/**
 * Sends spans to the collector in batches. A collector that is slow or away costs no request any time: at most OTEL_BSP_MAX_QUEUE_SIZE spans wait and one
 * batch is on its way; further ones are counted and let go.
 */
export const createSpanExport = async (): Promise<{ processor: SpanProcessor; report: (losses: SpanLosses) => void }> => {
  const exporter = await createExporter();
  const maxQueueSize = settingOf('OTEL_BSP_MAX_QUEUE_SIZE') ?? standardQueueSize;
  let losses: SpanLosses | undefined;
  let waiting = 0;
  let isAway = false;
  const answered = (spans: number, { code, error }: core.ExportResult): void => {
    if (code === core.ExportResultCode.SUCCESS) {
      if (isAway) losses?.back();
      isAway = false;
      return;
    }
    losses?.lost('not_delivered', spans);
    if (!isAway) losses?.away(error?.message ?? 'refused');
    isAway = true;
  };
  const batches = new BatchSpanProcessor({
    exporter: {
      export: (spans, done) => {
        waiting -= spans.length;
        exporter.export(spans, (result) => {
          answered(spans.length, result);
          done(result);
        });
      },
      forceFlush: async () => exporter.forceFlush?.(),
      shutdown: () => exporter.shutdown(),
    },
    maxQueueSize,
    ...Object.fromEntries(
      Object.entries({
        maxExportBatchSize: settingOf('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
        scheduledDelayMillis: settingOf('OTEL_BSP_SCHEDULE_DELAY'),
        exportTimeoutMillis: settingOf('OTEL_BSP_EXPORT_TIMEOUT'),
      }).filter(([, value]) => value !== undefined),
    ),
  });
  return {
    processor: {
      onStart: (span, parent) => batches.onStart(span, parent),
      onEnd: (span) => {
        // The batches would drop it silently.
        if (waiting >= maxQueueSize) return losses?.lost('queue_full', 1);
        waiting += 1;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
    report: (next) => {
      losses = next;
    },
  };
};
