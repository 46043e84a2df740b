import { expect, it } from '@jest/globals';
import { cpuSeconds, startBench } from '../../tools/bench/lib.ts';
import { measureSales } from '../../tools/bench/sales.ts';

it('npm run sales measures 40 sales, 30 of them open', async () => {
  const bench = await startBench();
  try {
    const job = { sales: 40, open: 30, seconds: 3, waiting: 20 };
    const result = await measureSales(bench, job, cpuSeconds, () => {});
    // Figures that make sense, whatever the machine does beside; how good they are is not judged here.
    expect(result.refused).toBe(0);
    expect(result.fewestTicks).toBeGreaterThan(0);
    expect(result.fewestTicks).toBeLessThan(1.5);
    expect(result.lateMs.p50).toBeGreaterThanOrEqual(0);
    expect(result.lateMs.worst).toBeGreaterThanOrEqual(result.lateMs.p99);
    expect(result.pace.slowest).toBeGreaterThan(0);
    expect(result.pace.fastest).toBeGreaterThanOrEqual(result.pace.slowest);
    for (const { p50, p99 } of [result.publicMs, result.operatorMs]) expect(p99).toBeGreaterThanOrEqual(p50);
    // Those of 30 open sales, and none of the closed ones.
    expect(result.metrics.series).toBeGreaterThan(30 * 26);
    expect(result.metrics.series).toBeLessThan(40 * 26 + 400);
    expect(Number(await bench.redis.zcard('current-sales'))).toBe(job.open);
  } finally {
    await bench.stop();
  }
}, 60_000);
