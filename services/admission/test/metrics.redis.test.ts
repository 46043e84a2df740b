import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreateSale } from '@sunbeon/contracts';
import { createMetrics, type RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { admissionMetrics } from '../src/metrics.ts';
import { readGauges } from '../src/scripts/read-gauges.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const gate: Partial<CreateSale> = { kind: 'gate', stock: undefined, returnUrls: ['https://shop.example/'] };
const stock = ['total', 'left', 'held', 'sold'].map((state) => `sunbeon_stock_tickets{state="${state}"}`);
const ofTickets = [...stock, 'sunbeon_holds', 'sunbeon_sale_purchased_total'];

const exporter = () => {
  const metrics = createMetrics('admission');
  const { ticked, lost, gone } = admissionMetrics(metrics);
  return {
    lost,
    gone,
    tick: async (saleId: string, as = saleId) => ticked(as, answerOf(await readGauges.run(redis, saleId, null)), 1),
    /** Series of a sale, without its label, and their values. */
    seriesOf: async (saleId: string): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await metrics.registry.metrics())
          .split('\n')
          .filter((line) => line.includes(`sale="${saleId}"`))
          .map((line) => {
            const [, name, labels, value] = /^(\w+)\{(.*)\} (.*)$/.exec(line)!;
            const own = labels!.split(',').filter((label) => !/^(sale|service)=/.test(label));
            return [own.length === 0 ? name! : `${name}{${own.join(',')}}`, Number(value)];
          }),
      ),
  };
};

describe('the series of a sale', () => {
  it('are those of tickets and all others for a sale that sells here, and only the others for a gate', async () => {
    const { tick, seriesOf } = exporter();
    const [sells, guards] = [await newSale(redis, { activeLimit: 100 }), await newSale(redis, { activeLimit: 100, ...gate })];
    for (const saleId of [sells, guards]) {
      await join.run(redis, saleId, ['a', 'b', 'c']);
      await admitNow(redis, saleId, 2);
      await tick(saleId);
    }
    const [ofSale, ofGate] = [await seriesOf(sells), await seriesOf(guards)];
    expect(ofSale).toMatchObject({ [stock[0]!]: 100, [stock[1]!]: 100, [stock[2]!]: 0, [stock[3]!]: 0, sunbeon_holds: 0 });
    expect(ofGate).toMatchObject({ sunbeon_waiting_visitors: 1, sunbeon_active_visitors: 2, sunbeon_sale_admitted_total: 2 });
    expect(
      Object.keys(ofSale)
        .filter((name) => !(name in ofGate))
        .toSorted(),
    ).toEqual(ofTickets.toSorted());
    expect(Object.keys(ofGate).filter((name) => !(name in ofSale))).toEqual([]);
  });

  it('end with the leadership, of both kinds, and come back with it', async () => {
    const { tick, lost, gone, seriesOf } = exporter();
    for (const settings of [{}, gate]) {
      const saleId = await newSale(redis, settings);
      await tick(saleId);
      const led = await seriesOf(saleId);
      lost(saleId);
      expect(await seriesOf(saleId)).toEqual({ sunbeon_is_leader: 0 });
      await tick(saleId);
      expect(await seriesOf(saleId)).toEqual(led);
      gone(saleId);
      expect(await seriesOf(saleId)).toEqual({});
    }
  });

  it('change with the kind, when a sale of the same id is made again between two ticks', async () => {
    const { tick, seriesOf } = exporter();
    const [sells, guards] = [await newSale(redis), await newSale(redis, gate)];
    await tick(sells, 'again');
    const before = await seriesOf('again');
    expect(before).toMatchObject({ [stock[1]!]: 100 });
    await tick(guards, 'again');
    expect(Object.keys(await seriesOf('again')).filter((name) => ofTickets.includes(name))).toEqual([]);
    await tick(sells, 'again');
    expect(await seriesOf('again')).toEqual(before);
  });
});
