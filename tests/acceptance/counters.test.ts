import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { createSale, gateways, operator, saleOf } from '../fixtures/client.ts';
import { eventsOf, testRedisUrl, until } from '../fixtures/sale.ts';

const root = join(import.meta.dirname, '../..');
/** Its report. */
const crowd = (...options: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', 'tools/crowd/main.ts', ...options],
      { cwd: root, env: { ...process.env, NODE_OPTIONS: '' } },
      (error, out, err) => (error ? reject(new Error(err)) : resolve(out)),
    );
  });

interface Sample {
  instance: string;
  name: string;
  labels: Record<string, string>;
  value: number;
}
/** Every series of every instance, as Prometheus would scrape it. */
const scrape = async (): Promise<Sample[]> => {
  const texts = await Promise.all(
    (process.env['TEST_OPS'] ?? '').split(',').map(async (ops) => ({ instance: ops, text: await (await fetch(`${ops}/metrics`)).text() })),
  );
  return texts.flatMap(({ instance, text }) =>
    [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels, value]) => ({
      instance,
      name: name!,
      value: Number(value),
      labels: Object.fromEntries([...(labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label!, text!])),
    })),
  );
};
const matching = (samples: Sample[], name: string, labels: Record<string, string>): Sample[] =>
  samples.filter((sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
const sum = (samples: Sample[], name: string, labels: Record<string, string> = {}): number =>
  matching(samples, name, labels).reduce((total, { value }) => total + value, 0);

it('a scrape counts neither itself nor the probes of the ops port', async () => {
  await Promise.all(
    process.env['TEST_OPS']!.split(',').flatMap((ops) => [
      fetch(`${ops}/readyz`),
      fetch(`${ops}/livez`),
      fetch(`${ops}/nowhere`),
      fetch(`${ops}/metrics`),
    ]),
  );
  const counted = matching(await scrape(), 'sunbeon_http_request_duration_seconds_count', {});
  expect(counted.length).toBeGreaterThan(0);
  expect(counted.filter(({ labels }) => ['/readyz', '/livez', '/metrics'].includes(labels['route']!))).toEqual([]);
});

describe('after a crowd', () => {
  it('the counters of all instances add up to the totals in Redis, exactly, and one instance exports the stats of the sale', async () => {
    const saleId = await createSale({ stock: 400, admitPerSecond: 40, claimSeconds: 3, sessionSeconds: 4, holdSeconds: 3 });
    const before = await scrape();
    const report = await crowd(
      '--sale',
      saleId,
      '--gateway',
      gateways()[0]!,
      '--visitors',
      '240',
      '--per-second',
      '80',
      '--patience',
      '30',
      '--no-show',
      '0.15',
      '--buy',
      '0.7',
      '--hold',
      '0.4',
      '--leave',
      '0.15',
    );
    await until(
      'everybody is out',
      async () => {
        const { waiting, active } = await saleOf(saleId);
        return waiting === 0 && active === 0;
      },
      20_000,
    );
    // Stats of a tick after the last change.
    await until(
      'a tick',
      async () =>
        sum(await scrape(), 'sunbeon_active_visitors', { sale: saleId }) === 0 &&
        matching(await scrape(), 'sunbeon_active_visitors', { sale: saleId }).length > 0,
    );
    const after = await scrape();
    const grown = (name: string, labels: Record<string, string>): number => sum(after, name, labels) - sum(before, name, labels);

    const redis = new Redis(testRedisUrl());
    const [flow, stock, events] = [
      await redis.hgetall(keys.flow(saleId)),
      await redis.hgetall(keys.stock(saleId)),
      await eventsOf(redis, saleId),
    ];
    const purchases = await redis.hlen(keys.purchases(saleId));
    redis.disconnect();
    const count = (type: string, test: (data: Record<string, unknown>) => boolean = () => true): number =>
      events.filter((event) => event.type === type && test(event.data)).length;
    const admitted = events
      .filter(({ type }) => type === 'admitted')
      .reduce((total, { data }) => total + (data['visitors'] as string[]).length, 0);
    const truth = {
      joined: 240,
      admitted,
      purchased: purchases,
      sold: Number(stock['sold']),
      claimed: count('claimed'),
      leftQueue: count('left', ({ from }) => from === 'queue'),
      leftActive: count('left', ({ from }) => from === 'active'),
      claimMissed: count('expired', ({ reason }) => reason === 'claim_missed'),
      sessionOver: count('expired', ({ reason }) => reason === 'session_over'),
      events: events.length,
    };
    // A place for each person.
    if (Number(flow['seq']) !== truth.joined) throw new Error(`${flow['seq']} places\n${report}`);
    expect(truth.claimMissed).toBeGreaterThan(5);
    expect(truth.purchased).toBeGreaterThan(50);
    expect(truth.leftQueue).toBeGreaterThan(0);
    expect(Number(flow['expired'])).toBe(truth.claimMissed + truth.sessionOver);

    // Counters of each process; the report tells which calls were repeated.
    expect({
      report,
      joined: grown('sunbeon_joins_total', { outcome: 'joined' }),
      purchased: grown('sunbeon_purchases_total', { outcome: 'done' }),
      sold: grown('sunbeon_tickets_sold_total', {}),
      claimed: grown('sunbeon_claims_total', { outcome: 'claimed' }),
      leftQueue: grown('sunbeon_leaves_total', { from: 'queue' }),
      leftActive: grown('sunbeon_leaves_total', { from: 'active' }),
    }).toEqual({
      report,
      joined: truth.joined,
      purchased: truth.purchased,
      sold: truth.sold,
      claimed: truth.claimed,
      leftQueue: truth.leftQueue,
      leftActive: truth.leftActive,
    });

    // Series of the sale, exported by the leader, summed over all instances.
    const sale = { sale: saleId };
    expect({
      joined: sum(after, 'sunbeon_sale_joined_total', sale),
      admitted: sum(after, 'sunbeon_sale_admitted_total', sale),
      purchased: sum(after, 'sunbeon_sale_purchased_total', sale),
      claimed: sum(after, 'sunbeon_sale_claimed_total', sale),
      events: sum(after, 'sunbeon_sale_events_total', sale),
      claimMissed: sum(after, 'sunbeon_sale_expired_total', { ...sale, reason: 'claim_missed' }),
      sessionOver: sum(after, 'sunbeon_sale_expired_total', { ...sale, reason: 'session_over' }),
      leftQueue: sum(after, 'sunbeon_sale_left_total', { ...sale, from: 'queue' }),
      leftActive: sum(after, 'sunbeon_sale_left_total', { ...sale, from: 'active' }),
      sold: sum(after, 'sunbeon_stock_tickets', { ...sale, state: 'sold' }),
    }).toEqual(truth);
    expect(sum(after, 'sunbeon_stock_tickets', { ...sale, state: 'left' })).toBe(Number(stock['left']));
    expect(matching(after, 'sunbeon_waiting_visitors', sale)).toHaveLength(1);
    // Each instance exports whether it leads; exactly one does.
    expect(
      matching(after, 'sunbeon_is_leader', sale)
        .map(({ value }) => value)
        .sort(),
    ).toEqual([0, 1]);

    // A deleted sale has no series left.
    await operator.close(saleId);
    await operator.delete(saleId);
    await until('its series are gone', async () => (await scrape()).every(({ labels }) => labels['sale'] !== saleId));
  });
});
