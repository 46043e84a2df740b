import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { createSale, joinAs, operator, saleOf, visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';

describe('under load, exactly', () => {
  const inTurn = isLong ? 3_000 : 1_000;
  it(`${inTurn} joins sent one after another get seq 1 to ${inTurn}`, async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    for (let seq = 1; seq <= inTurn; seq += 1) {
      const { status, body } = await visitorOf(saleId).join();
      if (status !== 201 || body.visitor.seq !== seq) throw new Error(`join ${seq}: ${status} ${JSON.stringify(body)}`);
    }
    expect((await saleOf(saleId)).waiting).toBeGreaterThanOrEqual(inTurn - 1);
  });

  it('40 joins of the same visitor at once get one place', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    await visitorOf(saleId, token).leave();
    const answers = await Promise.all(Array.from({ length: 40 }, () => visitorOf(saleId, token).join()));
    expect(new Set(answers.map(({ body }) => body.visitor.seq))).toEqual(new Set([2]));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(39);
    expect((await saleOf(saleId)).waiting).toBe(1);
  });

  it('500 admitted buyers of 100 tickets make 100 purchases', async () => {
    // All are admitted while the stock suffices; then other sales cut it to 100.
    const saleId = await createSale({ stock: 500, admitPerSecond: 1_000, activeLimit: 1_000 });
    const buyers = await Promise.all(Array.from({ length: 500 }, () => joinAs(saleId)));
    await until('all inside', async () => (await saleOf(saleId)).active === 500);
    const redis = new Redis(testRedisUrl());
    await redis.hset(keys.stock(saleId), 'total', 100, 'left', 100);
    redis.disconnect();
    const answers = await Promise.all(buyers.map((buyer, i) => buyer.buy(1, `key-${i}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ status, body }) => `${status} ${(body as unknown as { code: string }).code}`))).toEqual(
      new Set(['409 sold_out']),
    );
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.purchaseId)).size).toBe(100);
    expect(await saleOf(saleId)).toMatchObject({ stock: { total: 100, left: 0, held: 0, sold: 100 }, soldOut: true });
  });

  it('40 purchases at once by one visitor make one; the same key gives the same answer', async () => {
    const saleId = await createSale();
    const buyer = await joinAs(saleId);
    await until('inside', async () => (await buyer.place()).body.state === 'admitted');
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => buyer.buy(1, `key-${i % 20}`)));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.purchaseId)).size).toBe(1);
    expect((await saleOf(saleId)).stock!.sold).toBe(1);
    const winner = answers.findIndex(({ status, headers }) => status === 201 && !headers.has('idempotency-replayed')) % 20;
    const replay = await buyer.buy(1, `key-${winner}`);
    expect(replay).toMatchObject({ status: 201, body: made[0]!.body });
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(await buyer.buy(2, `key-${winner}`)).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
  });

  // Those who miss their claim take two seconds each: a shorter line unless there is time.
  const [people, tickets] = isLong ? [200, 150] : [60, 36];
  it(`${people} visitors, ${tickets} tickets and room for 10: all ${tickets} are sold, nobody is admitted twice`, async () => {
    const saleId = await createSale({ stock: tickets, activeLimit: 10, admitPerSecond: 200, claimSeconds: 2 });
    const visitors = await Promise.all(Array.from({ length: people }, () => joinAs(saleId)));
    const open = new Set(visitors);
    await until(
      `all ${tickets} are sold`,
      async () => {
        await Promise.all(
          [...open].map(async (visitor) => {
            const { body } = await visitor.place();
            if (body.state !== 'admitted') {
              if (body.state !== 'waiting') open.delete(visitor);
              return;
            }
            open.delete(visitor);
            // Every fifth misses the claim, every seventh leaves: their slots must go to others.
            if (visitor.visitor.seq! % 5 === 0) return;
            await (visitor.visitor.seq! % 7 === 0 ? visitor.leave() : visitor.buy(1, 'k'));
          }),
        );
        const { stock, active } = await saleOf(saleId);
        expect(active).toBeLessThanOrEqual(10);
        expect(stock!.left + stock!.held + stock!.sold).toBe(tickets);
        // Slots return once a tick: polling more often has no use.
        await new Promise((resolve) => setTimeout(resolve, 200));
        return stock!.sold === tickets || open.size === 0;
      },
      90_000,
    );
    const { stock, joined, admitted } = await saleOf(saleId);
    // Some end without a purchase while others still buy; the rest of the stock stays.
    expect(stock!.sold).toBe(Math.min(tickets, visitors.filter(({ visitor }) => visitor.seq! % 5 !== 0 && visitor.seq! % 7 !== 0).length));
    expect(admitted).toBeLessThanOrEqual(joined);
  }, 120_000);
});

/** Admissions at most 500 ms apart: the batches of one tick, or a late tick and the next one. */
interface Ticks {
  fromMs: number;
  untilMs: number;
  visitors: number;
}
/** Watches the admissions of a crowd for `seconds`. */
const watchPace = async (rate: number, seconds: number): Promise<Ticks[]> => {
  const saleId = await createSale({ admitPerSecond: rate, stock: 100_000, activeLimit: 100_000, claimSeconds: 600 });
  const redis = new Redis(testRedisUrl());
  const size = Math.ceil(rate * (seconds + 5)) + 5;
  for (let from = 1; from <= size; from += 2_000) {
    const rows = Array.from({ length: Math.min(2_000, size - from + 1) }, (_, i) => [from + i, `v${from + i}`]).flat();
    await redis.zadd(keys.queue(saleId), ...(rows as [number, string]));
  }
  await redis.hset(keys.flow(saleId), 'seq', size);
  const startedAt = Date.now();
  await until('the time is over', () => Date.now() - startedAt > seconds * 1_000, (seconds + 5) * 1_000);
  const admitted = (await redis.xrange(keys.events(saleId), '-', '+')).flatMap(([, fields]) => {
    const entry = new Map<string, string>(fields.flatMap((field, i) => (i % 2 === 0 ? [[field, fields[i + 1]!] as [string, string]] : [])));
    return entry.get('type') === 'admitted'
      ? [{ atMs: Number(entry.get('at')), visitors: (JSON.parse(entry.get('data')!) as { visitors: string[] }).visitors }]
      : [];
  });
  redis.disconnect();
  const everybody = admitted.flatMap(({ visitors }) => visitors);
  // By seq and without duplicates, with any leader.
  expect(everybody).toEqual(everybody.map((_, i) => `v${i + 1}`));
  const ticks: Ticks[] = [];
  for (const { atMs, visitors } of admitted) {
    const last = ticks.at(-1);
    if (last && atMs - last.fromMs < 500) {
      last.untilMs = atMs;
      last.visitors += visitors.length;
    } else ticks.push({ fromMs: atMs, untilMs: atMs, visitors: visitors.length });
  }
  await operator.close(saleId);
  return ticks;
};

describe('with two instances of everything', () => {
  // By npm run test:long alone: it takes its seconds.
  if (!isLong) return;

  it('the pace is the configured one: 7 a minute, 61 a minute, 50 a second, 1,000 a second', async () => {
    // 7 a minute: three whole intervals.
    const slow = 32;
    const paces = [
      [7 / 60, slow],
      [61 / 60, slow],
      [50, 20],
      [1_000, 8],
    ] as const;
    const all = await Promise.all(paces.map(([rate, seconds]) => watchPace(rate, seconds)));
    for (const [i, [rate]] of paces.entries()) {
      const ticks = all[i]!;
      // I5 over every window from the end of one tick to the end of another: a tick leaves less than one visitor in the bucket, however late it was.
      for (let from = 0; from < ticks.length; from += 1) {
        let admitted = 0;
        for (let to = from + 1; to < ticks.length; to += 1) {
          admitted += ticks[to]!.visitors;
          expect(admitted).toBeLessThanOrEqual((rate * (ticks[to]!.untilMs - ticks[from]!.untilMs)) / 1_000 + Math.ceil(rate * 0.2) + 1);
        }
      }
      const expected = (rate * (ticks.at(-1)!.untilMs - ticks[0]!.untilMs)) / 1_000;
      const admitted = ticks.slice(1).reduce((sum, { visitors }) => sum + visitors, 0);
      expect([rate, Math.abs(admitted - expected) <= Math.max(1, expected * 0.02), admitted, expected]).toEqual([
        rate,
        true,
        admitted,
        expected,
      ]);
    }
  }, 120_000);
});
