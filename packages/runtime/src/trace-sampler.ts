import { ParentBasedSampler, TraceIdRatioBasedSampler, type Sampler } from '@opentelemetry/sdk-trace';
import { standardSampling, type TracingSettings } from './trace.ts';

const samplingOf = (settings: TracingSettings) => {
  const { OTEL_TRACES_SAMPLER: name = standardSampling.name, OTEL_TRACES_SAMPLER_ARG: share = standardSampling.ratio } = settings;
  return { name, ratio: Number(name.endsWith('always_on') ? 1 : name.endsWith('always_off') ? 0 : share) };
};
export const keepsAll = (settings: TracingSettings): boolean => samplingOf(settings).ratio === 1;

/**
 * The sampler that the settings name. `first`: this process begins traces. The others follow their caller whatever they are set to, so that a trace is never
 * kept in part.
 */
export const samplerOf = (settings: TracingSettings, first: boolean): Sampler => {
  const { name, ratio } = samplingOf(settings);
  const root = new TraceIdRatioBasedSampler(ratio);
  return first && !name.startsWith('parentbased_') ? root : new ParentBasedSampler({ root });
};
