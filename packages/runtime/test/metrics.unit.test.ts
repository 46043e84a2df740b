import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { metricCatalogue, openLabels, type MetricSpec } from '@sunbeon/contracts';
import { createMetrics } from '../src/metrics.ts';

const specs = Object.entries(metricCatalogue) as [string, MetricSpec][];
const unitSuffix = {
  seconds: /_seconds$/,
  visitors: /_visitors(_per_second)?$|_total$/,
  tickets: /_tickets(_|$)/,
  items: /_items$/,
} as Record<string, RegExp>;

describe('the catalogue of metrics', () => {
  it.each(specs)(
    '%s is named by the rules: base unit, _total for counters, labels that are bounded',
    (name, { type, unit, help, labels, buckets }) => {
      expect(name).toMatch(/^sunbeon_[a-z_]+[a-z]$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (unitSuffix[unit]) expect(name).toMatch(unitSuffix[unit]);
      expect(help.length).toBeGreaterThan(10);
      expect(buckets !== undefined).toBe(type === 'histogram');
      for (const values of Object.values(labels)) {
        if (typeof values === 'string') expect(openLabels).toHaveProperty(values);
        else expect(new Set(values).size).toBe(values.length);
      }
    },
  );
});

describe('the metrics of a process', () => {
  it('count from 0 on: every counter is exported before its first increment', async () => {
    const { registry } = createMetrics('queue');
    const text = await registry.metrics();
    expect(text).toContain('sunbeon_joins_total{outcome="joined",service="queue"} 0');
    expect(text).toContain('sunbeon_redis_errors_total{class="unknown",service="queue"} 0');
    expect(text).not.toContain('sunbeon_purchases_total');
  });

  it('say what runs: version, commit and Node', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
    expect(await createMetrics('queue').registry.metrics()).toContain(
      `sunbeon_build_info{version="${version}",commit="unknown",node="${process.versions.node}",service="queue"} 1`,
    );
  });

  it('add up, each series for itself, also when it is looked up twice', async () => {
    const metrics = createMetrics('queue');
    const joins = metrics.counters('sunbeon_joins_total', 'outcome');
    joins.joined();
    joins.joined(3);
    metrics.counter('sunbeon_joins_total', { outcome: 'joined' })();
    joins.sold_out();
    const text = await metrics.registry.metrics();
    expect(text).toContain('sunbeon_joins_total{outcome="joined",service="queue"} 5');
    expect(text).toContain('sunbeon_joins_total{outcome="sold_out",service="queue"} 1');
    // A read changes nothing.
    expect(await metrics.registry.metrics()).toContain('sunbeon_joins_total{outcome="joined",service="queue"} 5');
  });

  it('forget a sale: neither its gauges nor its totals are shown any more', async () => {
    const metrics = createMetrics('admission');
    const waiting = metrics.gauge('sunbeon_waiting_visitors', { sale: 'a' });
    const admitted = metrics.total('sunbeon_sale_admitted_total', { sale: 'a' });
    waiting.set(7);
    admitted.set(41);
    metrics.total('sunbeon_sale_admitted_total', { sale: 'b' }).set(2);
    expect(await metrics.registry.metrics()).toContain('sunbeon_sale_admitted_total{sale="a",service="admission"} 41');
    waiting.forget();
    admitted.forget();
    const text = await metrics.registry.metrics();
    expect(text).not.toContain('sale="a"');
    expect(text).toContain('sale="b"');
  });
});
