import { describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { gatewayOfTests, type TestSocket } from '../../../tests/fixtures/gateway.ts';
import { newSale, until } from '../../../tests/fixtures/sale.ts';
import { changeSale } from '../../admission/src/scripts/change-sale.ts';
import { join } from '../../queue/src/scripts/join.ts';

const { redis, gateway } = await gatewayOfTests();

const waiting = async (settings: Parameters<typeof newSale>[1] = {}): Promise<{ saleId: string; socket: TestSocket }> => {
  const saleId = await newSale(redis, settings);
  await join.run(redis, saleId, ['v']);
  const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
  const socket = (await gateway.open(saleId, gateway.token({ saleId, visitorId: 'v', seq: 1, generation }))) as TestSocket;
  await until('the state', () => socket.frames.some(({ type }) => type === 'state'));
  return { saleId, socket };
};
const change = (saleId: string, fields: { message?: string; admitPerSecond?: number }) =>
  changeSale.run(redis, saleId, { expected: null, change: fields, by: 'test' } as never);

describe('a message to everybody', () => {
  it('is sent at once, also right after another change of the sale', async () => {
    const { saleId, socket } = await waiting();
    const waits: number[] = [];
    for (let i = 1; i <= 5; i += 1) {
      const sentMs = performance.now();
      await change(saleId, { message: `message ${i}` });
      await until(
        'the message',
        () => socket.frames.some((frame) => frame.type === 'sale' && frame.sale.message === `message ${i}`),
        3_000,
      );
      waits.push(performance.now() - sentMs);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    // The sale is read at most once a second for its counts; that interval holds up no news.
    expect(Math.max(...waits)).toBeLessThan(400);
  });

  it('is one frame to each socket: positions follow changes of the pace alone', async () => {
    const { saleId, socket } = await waiting({ admitPerSecond: 1 });
    const positions = (): number => socket.frames.filter(({ type }) => type === 'position').length;
    await change(saleId, { message: 'Doors open at seven' });
    await until('the message', () => socket.frames.some((frame) => frame.type === 'sale' && frame.sale.message !== undefined));
    // Longer than a round of positions.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(positions()).toBe(0);
    await change(saleId, { admitPerSecond: 2 });
    await until('the position', () => positions() > 0, 3_000);
  });
});
