import { describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { gatewayOfTests, type TestSocket } from '../../../tests/fixtures/gateway.ts';
import { admitNow, newSale, until } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';

const sales = 500;
const { redis, gateway } = await gatewayOfTests();

const connections = async (): Promise<number> => Number(/connected_clients:(\d+)/.exec(await redis.info('clients'))![1]);

describe('500 sales with a socket each on one gateway', () => {
  it('receive an admission soon, on one connection more, and an unreadable stream delays no other', async () => {
    const before = await connections();
    const ids = await Promise.all(Array.from({ length: sales }, () => newSale(redis)));
    const admittedAtMs = new Map<string, number>();
    const heardAtMs = new Map<string, number>();
    const lives = (await Promise.all(
      ids.map(async (saleId) => {
        await join.run(redis, saleId, ['v']);
        const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
        return gateway.open(saleId, gateway.token({ saleId, visitorId: 'v', seq: 1, generation }), {
          onFrame: ({ type }) => {
            if (type === 'admitted') heardAtMs.set(saleId, performance.now());
          },
        });
      }),
    )) as TestSocket[];
    await until('all know their state', () => lives.every((live) => typeof live !== 'number' && live.frames.length > 0));
    expect((await connections()) - before).toBeLessThan(20);

    const [broken, ...sound] = ids;
    await redis.del(keys.events(broken!));
    await redis.set(keys.events(broken!), 'no stream');
    await Promise.all(
      sound.map(async (saleId) => {
        expect(await admitNow(redis, saleId, 1)).toBe(1);
        admittedAtMs.set(saleId, performance.now());
      }),
    );
    await until('all hear that they are admitted', () => heardAtMs.size === sound.length);
    // All 499 are admitted at once, by this very process; on an idle machine the last frame arrives after 0.3 s.
    const latest = Math.max(...sound.map((saleId) => heardAtMs.get(saleId)! - admittedAtMs.get(saleId)!));
    expect(latest).toBeLessThan(3_000);

    // An unreadable sale is followed again once it is readable.
    await redis.del(keys.events(broken!));
    await redis.hset(keys.flow(broken!), 'event', '0');
    await until('the sale is looked at anew', () => lives[0]!.frames.filter(({ type }) => type === 'state').length > 1);
    expect(await admitNow(redis, broken!, 1)).toBe(1);
    await until('it hears too', () => lives[0]!.frames.some(({ type }) => type === 'admitted'));
  }, 30_000);
});
