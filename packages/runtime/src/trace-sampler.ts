import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler, type Sampler } from '@opentelemetry/sdk-trace';
import { standardSampling, type TracingSettings } from './trace.ts';

/**
 * The sampler that the settings name. `first`: this process begins traces. The others follow their caller whatever they are set to, so that a trace is never
 * kept in part.
 */
export const samplerOf = (settings: TracingSettings, first: boolean): Sampler => {
  const { OTEL_TRACES_SAMPLER: name = standardSampling.name, OTEL_TRACES_SAMPLER_ARG: ratio = standardSampling.ratio } = settings;
  const root = name.endsWith('traceidratio')
    ? new TraceIdRatioBasedSampler(Number(ratio))
    : name.endsWith('always_on')
      ? new AlwaysOnSampler()
      : new AlwaysOffSampler();
  return first && !name.startsWith('parentbased_') ? root : new ParentBasedSampler({ root });
};
