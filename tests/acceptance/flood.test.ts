import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { createTokens } from '@sunbeon/runtime';
import { Redis } from 'ioredis';
import { createSale, gateways, joinAs, publicSale, visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';

let redis: Redis;
beforeAll(() => {
  redis = new Redis(testRedisUrl());
});
afterAll(() => {
  redis.disconnect();
});

/** Calls of each command since the start of Redis, without those inside scripts. */
const callsOf = async (...names: string[]): Promise<number> => {
  const text = await redis.info('commandstats');
  return names.reduce((sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(text)?.[1] ?? 0), 0);
};
/** What crosses the wire: scripts, and reads beside them. */
const scripts = (): Promise<number> => callsOf('evalsha', 'evalsha_ro', 'eval', 'eval_ro');
const seconds = 2;

/** Twelve connections that send the next request of theirs as soon as the last one is answered. */
const flood = async (requestOf: (i: number) => string, forMs: number): Promise<Map<number, number>> => {
  const { hostname, port } = new URL(gateways()[0]!);
  const statuses = new Map<number, number>();
  const over = Date.now() + forMs;
  let count = 0;
  await Promise.all(
    Array.from(
      { length: 12 },
      () =>
        new Promise<void>((resolve) => {
          const dial = (): void => {
            const socket = connect(Number(port), hostname);
            const next = (): void => {
              if (Date.now() < over) socket.write(requestOf((count += 1)));
              else socket.destroy();
            };
            socket
              .on('connect', next)
              .on('error', () => {})
              .on('close', () => {
                if (Date.now() < over) dial();
                else resolve();
              });
            socket.on('data', (data) => {
              // One answer at a time; a refused upgrade ends its connection.
              const status = /^HTTP\/1\.1 (\d{3})/.exec(String(data))?.[1];
              if (status === undefined) return;
              statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
              next();
            });
            socket.setTimeout(5_000, () => socket.destroy());
          };
          dial();
        }),
    ),
  );
  return statuses;
};

const random = (): string => `made_up_${Math.random().toString(36).slice(2)}`;
const request = (method: string, path: string, headers = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}${method === 'POST' ? 'Content-Length: 0\r\n' : ''}\r\n`;
const live = (saleId: string, token: string): string =>
  request(
    'GET',
    `/api/sales/${saleId}/live`,
    `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sunbeon.v1, bearer.${token}\r\n`,
  );

describe('a flood from twelve connections of a stranger', () => {
  const forged = createTokens('another-secret-of-nobody-0123456789');
  const tokenOf = (saleId: string): string => forged.sign({ saleId, visitorId: 'v'.repeat(22), seq: 1, generation: 1 });
  const cursor = (): string => Buffer.from(random()).toString('base64url');
  const kinds: [string, (i: number, saleId: string) => string, number][] = [
    ['joins of sales that are made up', () => request('POST', `/api/sales/${random()}/queue`), 10],
    ['looks at sales that are made up', () => request('GET', `/api/sales/${random()}`), 10],
    [
      'the list in other spellings',
      (i) => request('GET', ['/%61pi/sales', `/api/sales?x=${i}`, '/api/s%61les', `/%61pi/sales?${i}=1`][i % 4]!),
      110,
    ],
    ['one sale in other spellings', (i, saleId) => request('GET', [`/api/sales/${saleId}?x=${i}`, `/%61pi/sales/${saleId}`][i % 2]!), 1],
    ['pages of the list from anywhere', () => request('GET', `/api/sales?limit=500&cursor=${cursor()}`), 1_610],
    [
      'forged tokens',
      (i, saleId) => {
        const [method, path] = [
          ['GET', `${saleId}/queue/me`],
          ['POST', `${saleId}/queue/me/claim`],
          ['POST', `${random()}/queue`],
        ][i % 3] as [string, string];
        return request(method, `/api/sales/${path}`, `Authorization: Bearer ${tokenOf(saleId)}\r\n`);
      },
      1,
    ],
    ['sockets with forged tokens', (_, saleId) => live(saleId, tokenOf(saleId)), 1],
    [
      'sockets of sales that are made up',
      () => {
        const saleId = random();
        return live(saleId, tokenOf(saleId));
      },
      1,
    ],
  ];
  it.each(isLong ? kinds : [kinds[0]!, kinds[4]!, kinds[5]!, kinds[7]!])(
    '%s: Redis runs a bounded number of scripts for it, and the sale admits at its pace',
    async (_, requestOf, perSecond) => {
      const saleId = await createSale({ admitPerSecond: 5, activeLimit: 1_000, claimSeconds: 600, stock: 1_000 });
      await Promise.all(Array.from({ length: 60 }, () => joinAs(saleId)));
      await until('its ticks', async () => Number(await redis.hget(keys.flow(saleId), 'admitted')) > 0);
      await publicSale(saleId);
      const idle = await (async () => {
        const before = await scripts();
        const from = Date.now();
        await until('a while without the flood', () => Date.now() - from >= 1_000);
        return ((await scripts()) - before) / (Date.now() - from);
      })();
      const admitted = async () => {
        const [count, at] = await redis.hmget(keys.flow(saleId), 'admitted', 'refilledAt');
        return { count: Number(count), atMs: Number(at) };
      };
      const [before, first, startedAt] = [await scripts(), await admitted(), Date.now()];
      const statuses = await flood((i) => requestOf(i, saleId), seconds * 1_000);
      const tookMs = Date.now() - startedAt;
      const own = (await scripts()) - before - idle * tookMs;
      const last = await admitted();
      const asked = [...statuses.values()].reduce((sum, count) => sum + count, 0);
      expect(asked).toBeGreaterThan(50);
      // A tick or two of other sales more or less: a fifth of what idles, and 30.
      expect(own).toBeLessThan((perSecond * tookMs) / 1_000 + perSecond + 30 + 0.2 * idle * tookMs);
      // The pace by the clock of the bucket, and never faster: at the worst one tick was late.
      expect(last.count - first.count).toBeGreaterThanOrEqual(Math.floor(((last.atMs - first.atMs) / 1_000) * 5) - 1);
      expect(last.atMs - first.atMs).toBeGreaterThan(tookMs - 1_500);
      expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    },
  );

  it('blocks no existing sale, nor one that was just created', async () => {
    const flooding = flood(() => request('POST', `/api/sales/${random()}/queue`), 2_000);
    for (let i = 0; i < 10; i += 1) {
      const saleId = await createSale();
      // Each gateway hears of it from the index.
      for (const base of gateways()) expect((await visitorOf(saleId, undefined, base).join()).status).toBe(201);
    }
    expect((await flooding).get(429)).toBeGreaterThan(0);
  });
});
