import type { MetricSpec } from './metrics.ts';

/** Metrics of operators' calls: part of the catalogue. */
export const operatorMetricCatalogue = {
  sunbeon_wrong_operator_tokens_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'every service',
    help: 'Calls and sign-ins with a wrong token of an operator; `limited`: beyond what is judged of an address in a minute. Counted by admission and purchase',
    labels: { outcome: ['counted', 'limited'] },
  },
} as const satisfies Record<string, MetricSpec>;
