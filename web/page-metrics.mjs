// Metrics of the page's process, in the names, labels and bounds of the catalogue (packages/contracts/src/metrics.ts; web/test/page-metrics.unit.test.ts compares).
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { routeOf } from './routes.mjs';

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Three default metrics of prom-client that break the rules of the format: gauges named `_total`. */
const malformed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** `{ registry, observe }`; `observe` counts a request that was answered. */
export const createPageMetrics = ({ version, commit }) => {
  const registry = new Registry();
  registry.setDefaultLabels({ service: 'web' });
  // As the services: each sample wakes the process, and the values include the 250 ms.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 250 });
  for (const name of malformed) registry.removeSingleMetric(name);
  new Gauge({
    name: 'sunbeon_build_info',
    help: '1, with what runs',
    labelNames: ['version', 'commit', 'node'],
    registers: [registry],
  }).set({ version, commit: commit || 'unknown', node: process.versions.node }, 1);
  const durations = new Histogram({
    name: 'sunbeon_http_request_duration_seconds',
    help: 'HTTP requests by route, method and class of status',
    labelNames: ['route', 'method', 'status'],
    buckets,
    registers: [registry],
  });
  return {
    registry,
    observe: ({ url, method, status, seconds }) =>
      durations.observe(
        { route: routeOf(url), method: methods.has(method) ? method : 'other', status: `${Math.floor(status / 100)}xx` },
        seconds,
      ),
  };
};
