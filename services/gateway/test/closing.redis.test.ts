import { describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { gatewayOfTests, type TestSocket } from '../../../tests/fixtures/gateway.ts';
import { newSale, until } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';

const { redis, gateway } = await gatewayOfTests();

describe('a sale that closes by itself', () => {
  it('sends it to every socket at that moment, without an event, and open to no socket afterwards', async () => {
    const closesAtMs = Date.now() + 1_500;
    const saleId = await newSale(redis, { closesAt: new Date(closesAtMs).toISOString() });
    const visitors = Array.from({ length: 20 }, (_, i) => `v${i}`);
    await join.run(redis, saleId, visitors);
    const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
    const lives = (await Promise.all(
      visitors.map((visitorId, i) => gateway.open(saleId, gateway.token({ saleId, visitorId, seq: i + 1, generation }))),
    )) as TestSocket[];
    await until('all know their state', () => lives.every(({ frames }) => frames.length > 0));

    // No ticker runs here, so there is no event.
    const next = await newSocketSees(saleId, generation);
    expect(next.status).toBe('open');
    await until(
      'all heard of it',
      () => lives.every(({ frames }) => frames.some((frame) => frame.type === 'sale' && frame.sale.status === 'closed')),
      3_000,
    );
    expect(Date.now() - closesAtMs).toBeLessThan(300);
    expect((await newSocketSees(saleId, generation)).status).toBe('closed');
  });

  const newSocketSees = async (saleId: string, generation: number) => {
    const { frames, socket } = (await gateway.open(saleId, gateway.token({ saleId, visitorId: 'v0', seq: 1, generation }))) as TestSocket;
    await until('its state', () => frames.length > 0);
    socket.terminate();
    const [first] = frames;
    if (first?.type !== 'state') throw new Error(`the first frame is ${first?.type}`);
    return first.sale;
  };
});
