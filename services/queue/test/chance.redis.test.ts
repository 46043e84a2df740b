import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../src/scripts/join.ts';
import { readPlaces } from '../src/scripts/read-places.ts';
import { visitorView } from '../src/visitor-view.ts';

type Here = Parameters<typeof visitorView>[3];
let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

describe('the answer about a place', () => {
  it('has the chance by the list of the last tick, to a join and to a question, and none without a list', async () => {
    const saleId = await newSale(redis);
    const unknown = answerOf(await join.run(redis, saleId, ['v1', 'v2']));
    expect(visitorView(saleId, 'v2', 0, unknown.places[1] as Here, unknown.sale)).not.toHaveProperty('chance');
    await redis.hset(keys.flow(saleId), 'chances', '[[1,0.99],[3,0.5]]');
    const joined = answerOf(await join.run(redis, saleId, ['v3']));
    expect(visitorView(saleId, 'v3', 0, joined.places[0] as Here, joined.sale)).toMatchObject({ position: 3, chance: 0.5 });
    const asked = answerOf(await readPlaces.run(redis, saleId, [{ visitor: 'v2', seq: 2 }]));
    expect(visitorView(saleId, 'v2', 2, asked.places[0] as Here, asked.sale)).toMatchObject({ position: 2, chance: 0.75 });
    await redis.hset(keys.flow(saleId), 'chances', 'not JSON');
    expect(answerOf(await readPlaces.run(redis, saleId, [{ visitor: 'v2', seq: 2 }])).sale.chances).toEqual([]);
  });
});
