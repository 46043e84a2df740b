import { expect, it } from '@jest/globals';
import { createMetrics } from '../src/metrics.ts';
import { createMetricsSum, type MetricsSnapshot } from '../src/metrics-sum.ts';

/** Metrics of one process, and what it would send to another one. */
const aProcess = () => {
  const metrics = createMetrics('gateway');
  return {
    metrics,
    sockets: metrics.gauge('sunbeon_sockets', {}).set,
    up: metrics.gauge('sunbeon_redis_up', {}).set,
    followed: metrics.gauge('sunbeon_followed_sales', {}).set,
    age: metrics.gauge('sunbeon_mirror_age_seconds', {}).set,
    gap: metrics.counter('sunbeon_stream_gaps_total', {}),
    lag: metrics.histogram('sunbeon_relay_lag_seconds', {}),
    snapshot: async (): Promise<MetricsSnapshot> =>
      JSON.parse(JSON.stringify(await metrics.registry.getMetricsAsJSON())) as MetricsSnapshot,
  };
};
/** The primary's, which has no gauges of a gateway. */
const own = (await createMetrics('gateway').registry.getMetricsAsJSON()) as MetricsSnapshot;
const valueIn = (text: string, series: string): number[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${series} `))
    .map((line) => Number(line.slice(series.length)));

it('the scrape of several processes has each series once: sums, and the worst of what is no number of things', async () => {
  const [one, two] = [aProcess(), aProcess()];
  one.sockets(3);
  two.sockets(4);
  one.up(1);
  two.up(0);
  one.followed(5);
  two.followed(7);
  one.age(2);
  two.age(30);
  one.gap(2);
  two.gap(3);
  one.lag(0.002);
  two.lag(0.2);
  const sum = createMetricsSum();
  sum.update(0, await one.snapshot());
  sum.update(1, await two.snapshot());
  const text = await sum.text(own);
  expect(valueIn(text, 'sunbeon_sockets{service="gateway"}')).toEqual([7]);
  expect(valueIn(text, 'sunbeon_redis_up{service="gateway"}')).toEqual([0.5]);
  expect(valueIn(text, 'sunbeon_mirror_age_seconds{service="gateway"}')).toEqual([30]);
  expect(valueIn(text, 'sunbeon_followed_sales{service="gateway"}')).toEqual([7]);
  expect(valueIn(text, 'sunbeon_stream_gaps_total{service="gateway"}')).toEqual([5]);
  expect(valueIn(text, 'sunbeon_relay_lag_seconds_count{service="gateway"}')).toEqual([2]);
  expect(valueIn(text, 'sunbeon_relay_lag_seconds_bucket{le="0.0025",service="gateway"}')).toEqual([1]);
  expect(valueIn(text, 'sunbeon_relay_lag_seconds_bucket{le="+Inf",service="gateway"}')).toEqual([2]);
  expect(
    valueIn(
      text,
      `nodejs_version_info{version="${process.version}",major="${process.versions.node.split('.')[0]}",minor="${process.versions.node.split('.')[1]}",patch="${process.versions.node.split('.')[2]}",service="gateway"}`,
    ),
  ).toEqual([1]);
  // One program, however many processes it has.
  expect(text.match(/^sunbeon_build_info\{.*\} 1$/gm)).toHaveLength(1);
  two.up(1);
  sum.update(1, await two.snapshot());
  expect(valueIn(await sum.text(own), 'sunbeon_redis_up{service="gateway"}')).toEqual([1]);
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(series.length).toBe(new Set(series).size);
  expect(text).not.toContain('NaN');
});

it('no counter goes back when a process ends and starts again at 0; its gauges are gone', async () => {
  const [one, two] = [aProcess(), aProcess()];
  const sum = createMetricsSum();
  const counts = async (): Promise<number[]> => {
    const text = await sum.text(own);
    return ['sunbeon_stream_gaps_total', 'sunbeon_relay_lag_seconds_count', 'sunbeon_sockets'].flatMap((name) =>
      valueIn(text, `${name}{service="gateway"}`),
    );
  };
  one.gap(10);
  one.lag(1);
  one.sockets(100);
  two.gap(5);
  two.sockets(50);
  sum.update(0, await one.snapshot());
  sum.update(1, await two.snapshot());
  expect(await counts()).toEqual([15, 1, 150]);
  sum.end(0);
  expect(await counts()).toEqual([15, 1, 50]);
  const again = aProcess();
  again.gap(1);
  sum.update(0, await again.snapshot());
  expect(await counts()).toEqual([16, 1, 50]);
  expect(sum.of(0, 'sunbeon_stream_gaps_total')).toBe(1);
  sum.end(0);
  sum.end(1);
  expect(await counts()).toEqual([16, 1]);
});

it('one metric of one process, over all its labels; a histogram by its count', async () => {
  const one = aProcess();
  one.metrics.counter('sunbeon_frames_total', { type: 'state' })(2);
  one.metrics.counter('sunbeon_frames_total', { type: 'sale' })(3);
  one.lag(0.1);
  one.lag(0.2);
  const sum = createMetricsSum();
  sum.update(4, await one.snapshot());
  expect(sum.of(4, 'sunbeon_frames_total')).toBe(5);
  expect(sum.of(4, 'sunbeon_relay_lag_seconds')).toBe(2);
  expect(sum.of(5, 'sunbeon_frames_total')).toBe(0);
});
