import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type Line } from '@sunbeon/contracts';
import { placeOf, type DeparturesBlock } from '@sunbeon/line';
import { Pool } from 'undici';
import { leave } from '../../services/queue/src/scripts/leave.ts';
import { startCache } from '../fixtures/cache-recipe.ts';
import { createSale, gateways, openLive, operator, valueOf, visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { rawBytes } from '../fixtures/raw-call.ts';
import { connectTestRedis, until } from '../fixtures/sale.ts';

const crowd = 200_000;
const inFlight = 64;
/** `npm test` has one cache and a short load; `npm run test:long` both. */
const loadMs = isLong ? 4_500 : 2_500;
const caches = (['nginx', 'Varnish'] as const).slice(0, isLong ? 2 : 1);
/** One waiter of so many computes the place, with blocks that it fetches itself. */
const sampled = 50;
/** Waiting visitors whose places are compared with Redis, for each cache. */
const compareAtLeast = 5_000;
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A reverse proxy in front of one gateway, which counts what reaches it; `isDead`: it destroys every connection; `isFailing`: it answers 503. */
const startOrigin = async () => {
  const gateway = new URL(gateways()[0]!);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const origin = { isDead: false, isFailing: false, asked: new Map<string, number>(), port: 0, stop: (): void => {} };
  const server = createServer((incoming, outgoing) => {
    if (origin.isDead) return void incoming.socket.destroy();
    if (origin.isFailing) return void outgoing.writeHead(503, { 'cache-control': 'no-store' }).end();
    const { method, url = '', headers } = incoming;
    origin.asked.set(`${method} ${url}`, (origin.asked.get(`${method} ${url}`) ?? 0) + 1);
    const onward = httpRequest({ host: gateway.hostname, port: gateway.port, agent, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
  });
  server.on('upgrade', (incoming, socket: Socket) => {
    const onward = connect(Number(gateway.port), gateway.hostname).on('error', () => socket.destroy());
    const lines = incoming.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.pipe(socket).pipe(onward);
  });
  // Longer than any pause here: no cache meets a connection that ends just now.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin.port = (server.address() as AddressInfo).port;
  origin.stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    agent.destroy();
  };
  return origin;
};
type Origin = Awaited<ReturnType<typeof startOrigin>>;

const redis = await connectTestRedis();
let origin: Origin;
let saleId: string;
/** The next visitor who leaves. */
let leaver = 0;
const linePath = (): string => `/api/sales/${saleId}/line`;
const lineAsks = (): number => origin.asked.get(`GET ${linePath()}`) ?? 0;
/** Visitors all along the line, each once. */
const leaveSome = (count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => leave.run(redis, saleId, { visitor: `v${((leaver += 1) * 7_919) % crowd}` })));
const lineAt = async (base: string): Promise<Line> => {
  const { status, bytes } = await rawBytes(linePath(), { base });
  if (status !== 200) throw new Error(`the line answers ${status}`);
  return JSON.parse(bytes.toString()) as Line;
};
const departuresIn = ({ departures }: Line): number => departures.counts.reduce((sum, count) => sum + count, 0);

beforeAll(async () => {
  origin = await startOrigin();
  saleId = await createSale({ stock: crowd, admitPerSecond: 100, activeLimit: crowd });
  await valueOf('pause', operator.pause(saleId));
  // Written as joins would have left it: so many scripts would take longer than the tests.
  await redis.hset(keys.flow(saleId), 'seq', String(crowd));
  for (let from = 1; from <= crowd; from += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, i) => [String(from + i), `v${from + i}`]).flat();
    await redis.zadd(keys.queue(saleId), ...rows);
  }
  await redis.setbit(keys.departed(saleId), crowd, 0);
});
afterAll(async () => {
  origin.stop();
  await redis.quit();
});

describe.each(caches)('%s in front of a gateway', (name) => {
  let base: string;
  let stop = async (): Promise<void> => {};
  beforeAll(async () => {
    ({ base, stop } = await startCache(name, `http://127.0.0.1:${origin.port}`));
  });
  afterAll(() => stop());

  it('answers a crowd that polls, while visitors leave and are admitted; the gateway hears of it once a second', async () => {
    await valueOf('resume', operator.resume(saleId));
    const pool = new Pool(base, { connections: inFlight });
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const { statusCode: status, headers: answered, body } = await pool.request({ path, method: 'GET', headers });
      return { status, location: answered['location'], bytes: new Uint8Array(await body.arrayBuffer()) };
    };
    let [lines, blocks, computed, redirected] = [0, 0, 0, 0];
    const blockAt = async ({ path }: DeparturesBlock): Promise<Uint8Array | undefined> => {
      for (let address = path; ;) {
        blocks += 1;
        const { status, location, bytes } = await get(address);
        if (status === 200) return bytes;
        if (status !== 307) return undefined;
        redirected += 1;
        address = new URL(String(location), base + address).pathname;
      }
    };
    const compute = async (line: Line, seq: number): Promise<void> => {
      const bitmaps = new Map<number, Uint8Array>();
      let place = placeOf(line, seq, bitmaps, line.generation);
      if (place.state === 'incomplete') {
        for (const block of place.blocks) {
          const bitmap = await blockAt(block);
          // 404: the gateway lags behind the cache, so the place stays as it was.
          if (bitmap !== undefined) bitmaps.set(block.block, bitmap);
        }
        place = placeOf(line, seq, bitmaps, line.generation);
      }
      if (place.state === 'waiting' && !(place.position >= 1 && place.position <= line.waiting + 1_000))
        throw new Error(`seq ${seq} has the place ${place.position} of ${line.waiting}`);
      if (place.state !== 'incomplete') computed += 1;
    };

    origin.asked.clear();
    const startedMs = performance.now();
    const endMs = startedMs + loadMs;
    let next = 0;
    const waiters = Array.from({ length: inFlight }, async () => {
      while (performance.now() < endMs) {
        const seq = (next = (next % crowd) + 1);
        const isSampled = seq % sampled === 0;
        // Both encodings, from one entry of the cache.
        const { status, bytes } = await get(linePath(), { 'accept-encoding': isSampled || seq % 2 === 0 ? 'identity' : 'gzip' });
        lines += 1;
        if (status !== 200) throw new Error(`the line answers ${status}`);
        // Another step than the sample's, so that all blocks are asked for.
        if (isSampled) await compute(JSON.parse(Buffer.from(bytes).toString()) as Line, ((seq * 3_989) % crowd) + 1);
      }
    });
    const leaving = (async () => {
      while (performance.now() < endMs) {
        await leaveSome(20);
        await delay(100);
      }
    })();
    await Promise.all([...waiters, leaving]);
    const seconds = (performance.now() - startedMs) / 1_000;
    const asked = new Map(origin.asked);
    await valueOf('pause', operator.pause(saleId));
    await pool.close();

    const atOrigin = asked.get(`GET ${linePath()}`)!;
    const askedBlocks = [...asked].filter(([address]) => address.includes('/departures/'));
    const all = [...asked.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `${name}: ${Math.round(lines / seconds)} line requests/s, ${(100 * (1 - atOrigin / lines)).toFixed(3)} % hits, ${(atOrigin / seconds).toFixed(2)}/s at the origin; ` +
        `${blocks} block requests (${redirected} redirects), ${askedBlocks.length} at the origin; ${computed} places; all ${(100 * (1 - all / (lines + blocks))).toFixed(2)} % hits\n`,
    );
    expect(atOrigin / seconds).toBeLessThanOrEqual(2);
    expect(1 - atOrigin / lines).toBeGreaterThanOrEqual(0.99);
    expect(askedBlocks.filter(([, count]) => count > 1)).toEqual([]);
    expect(askedBlocks.length).toBeGreaterThan(0);
    expect(computed).toBeGreaterThan(0);

    await delay(2_500);
    const line = await lineAt(base);
    const waiting = await redis.zcard(keys.queue(saleId));
    const seqs: number[] = [];
    for (let from = 0; from < waiting; from += 20_000) {
      const rows = await redis.zrange(keys.queue(saleId), String(from), String(from + 19_999), 'WITHSCORES');
      for (let i = 1; i < rows.length; i += 2) seqs.push(Number(rows[i]));
    }
    const bitmaps = new Map<number, Uint8Array>();
    let [compared, wrong] = [0, 0];
    const step = Math.max(1, Math.floor(waiting / compareAtLeast));
    for (let rank = 1; rank <= waiting; rank += step) {
      const seq = seqs[rank - 1]!;
      let place = placeOf(line, seq, bitmaps, line.generation);
      if (place.state === 'incomplete') {
        for (const { block, path } of place.blocks) bitmaps.set(block, new Uint8Array((await rawBytes(path, { base })).bytes));
        place = placeOf(line, seq, bitmaps, line.generation);
      }
      compared += 1;
      if (place.state !== 'waiting' || place.position !== rank) wrong += 1;
    }
    expect([wrong, compared >= compareAtLeast, departuresIn(line) > 50, line.frontier > 100]).toEqual([0, true, true, true]);
  });

  it('goes on with the last line while the origin is away or fails, and is fresh within 3 s after', async () => {
    await lineAt(base);
    origin.isDead = true;
    const diedMs = Date.now();
    await leaveSome(3);
    const seen = new Set<string>();
    try {
      const asking = Array.from({ length: 8 }, async () => {
        while (Date.now() < diedMs + 5_000) {
          seen.add((await lineAt(base)).at);
          if (Date.now() > diedMs + 3_000) [origin.isDead, origin.isFailing] = [false, true];
          await delay(5);
        }
      });
      await Promise.all(asking);
    } finally {
      [origin.isDead, origin.isFailing] = [false, false];
    }
    for (const at of seen) expect(Date.parse(at)).toBeLessThan(diedMs + 500);
    const gateway = gateways()[0]!;
    const isFresh = async (): Promise<boolean> => departuresIn(await lineAt(base)) === departuresIn(await lineAt(gateway));
    await until('a fresh line', isFresh, 3_000);
  });

  it('keeps nothing that belongs to one visitor, and lets the live connection through', async () => {
    const joins = [await visitorOf(saleId, undefined, base).join(), await visitorOf(saleId, undefined, base).join()];
    const cookies = joins.map(({ headers }) => headers.getSetCookie().join());
    expect([joins.map(({ status }) => status), cookies[0] !== cookies[1], cookies.every(Boolean)]).toEqual([[201, 201], true, true]);
    const mine = async (cookie: string) => {
      const { status, headers, bytes } = await rawBytes(`/api/sales/${saleId}/queue/me`, {
        base,
        headers: { cookie: cookie.split(';')[0]! },
      });
      return [status, headers.get('cache-control'), (JSON.parse(bytes.toString()) as { position: number }).position];
    };
    const [first, second] = [await mine(cookies[0]!), await mine(cookies[1]!)];
    expect([first, second]).toEqual([
      [200, 'private, no-store', expect.any(Number)],
      [200, 'private, no-store', Number(first[2]) + 1],
    ]);
    const live = await openLive(saleId, joins[1]!.body.token, { base });
    await until('a frame', () => live.messages.length > 0);
    live.close();
  });

  it('does not look at cookie, authorization or query string of the line, and does not keep a refusal', async () => {
    const before = lineAsks();
    await until('a fresh line', async () => (await lineAt(base)) && lineAsks() > before, 3_000);
    await delay(50);
    const [asks, plain] = [lineAsks(), await rawBytes(linePath(), { base })];
    const others = [
      await rawBytes(linePath(), { base, headers: { cookie: `sunbeon_${saleId}=x.y.z` } }),
      await rawBytes(linePath(), { base, headers: { authorization: 'Bearer x' } }),
      await rawBytes(linePath(), { base, headers: { origin: 'http://elsewhere.test' } }),
      await rawBytes(`${linePath()}?a=${Math.random()}`, { base }),
    ];
    expect(lineAsks()).toBe(asks);
    for (const { status, headers, bytes } of others) {
      expect([status, bytes.equals(plain.bytes), headers.getSetCookie()]).toEqual([200, true, []]);
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
    const none = `/api/sales/none_${name.toLowerCase()}/line`;
    for (const count of [1, 2]) {
      const { status, headers } = await rawBytes(none, { base });
      expect([status, headers.get('cache-control'), origin.asked.get(`GET ${none}`)]).toEqual([404, 'no-store', count]);
    }
  });
});
