import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys, publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { apiAt, joinAs, newSaleId, openLive, operatorAt, visitorOf } from '../fixtures/client.ts';
import { sha256 } from '../fixtures/draw.ts';
import { adminToken, startStack, until, type Stack } from '../fixtures/stack.mjs';
import { startListening } from '../fixtures/told.ts';

let stack: Stack;
let redis: Redis;
let listening: Awaited<ReturnType<typeof startListening>>;
let watcher: Socket;
const tell = (where: string, text: string): void => listening.tell(where, text);
/** Every seed that a script was given, those of failed calls too. */
const seeds: Buffer[] = [];

/** An argument as MONITOR prints it. */
const bytesOf = (printed: string): Buffer => {
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };
  return Buffer.from(
    printed.replace(/\\(x([0-9a-f]{2})|.)/g, (_, char: string, hex?: string) =>
      hex === undefined ? (named[char] ?? char) : String.fromCharCode(parseInt(hex, 16)),
    ),
    'latin1',
  );
};
/** A seed as text may carry it: hex, Base64, numbers of a Buffer in JSON or in a dump, and characters. */
const formsOf = (seed: Buffer): string[] => [
  seed.toString('hex'),
  seed.toString('hex').toUpperCase(),
  seed.toString('base64').replace('=', ''),
  seed.toString('base64url'),
  [...seed].join(','),
  [...seed].join(', '),
  seed.toString('hex').replace(/..(?!$)/g, '$& '),
  seed.toString('latin1'),
  seed.toString('utf8'),
  JSON.stringify(seed.toString('utf8')).slice(1, -1),
];
/** Every text of the services that carries a seed: where, and in which form. */
const shown = (): string[] => listening.find(seeds.map((seed, i) => [`seed ${i}`, formsOf(seed)] as const));

/** Answers of all routes that read, with each credential, and what the processes print. */
const collect = async (saleIds: readonly string[], visitor: string): Promise<void> => {
  for (const saleId of saleIds) {
    for (const [name, { method, url, query }] of Object.entries(publicRoutes) as [string, PublicRoute][]) {
      if (method !== 'GET') continue;
      const path = url.replace(':sale', saleId).replace(/:\w+/g, '0') + (query === undefined ? '' : `?sale=${saleId}`);
      for (const token of [adminToken, visitor]) {
        const answer = await fetch(stack.gateways[0]! + path, { headers: { authorization: `Bearer ${token}` } });
        tell(`answer of ${name}`, JSON.stringify([...answer.headers]) + (await answer.text()));
      }
    }
    tell('events', JSON.stringify(await redis.xrange(keys.events(saleId), '-', '+')));
    tell('audit log', JSON.stringify(await redis.xrange(keys.auditLog(saleId), '-', '+')));
    tell('samples', JSON.stringify(await redis.xrange(keys.samples(saleId), '-', '+')));
  }
  await listening.collectProcesses(stack);
};

beforeAll(async () => {
  listening = await startListening();
  stack = await startStack({
    env: {
      LOG_LEVEL: 'debug',
      ...listening.env,
    },
  });
  redis = new Redis(stack.redisUrl);
  watcher = createConnection(stack.redisPort, '127.0.0.1');
  watcher.write('MONITOR\r\n');
  createInterface(watcher).on('line', (line) => {
    const args = [...line.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, printed]) => bytesOf(printed!));
    args.forEach((arg, i) => {
      if (arg.length === 32 && sha256(arg).toString('hex') === String(args[i + 1])) seeds.push(arg);
    });
  });
  await once(watcher, 'data');
});
afterAll(async () => {
  redis.disconnect();
  watcher.destroy();
  await stack.stop();
  listening.stop();
});

it('the seed of a draw is in no answer, event, log, metric or trace before the draw, also when a script that carries it fails', async () => {
  const operator = operatorAt(stack.gateways[0]);
  const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
  const lobby = { title: 'Secret', stock: 10, lobbyOpensAt: at(-1_000), opensAt: at(3_600_000) };
  const answered = async (where: string, call: Promise<{ status: number; body: unknown; headers: Headers }>): Promise<number> => {
    const { status, body, headers } = await call;
    tell(where, JSON.stringify(body) + JSON.stringify([...headers]));
    return status;
  };
  const saleId = newSaleId();
  const [changed, broken, refused] = [newSaleId(), newSaleId(), newSaleId()];
  expect(await answered('create', operator.create({ ...lobby, saleId }))).toBe(201);
  expect(await answered('create again', operator.create({ ...lobby, saleId }))).toBe(409);
  // A sale that gets its lobby later.
  const plain = { title: 'Later', stock: 10, opensAt: at(7_200_000) };
  for (const id of [changed, broken]) expect(await answered('create', operator.create({ ...plain, saleId: id }))).toBe(201);
  const later = { lobbyOpensAt: at(3_600_000), lobbyOrder: 'random' as const };
  expect(await answered('change', operator.change(changed, later))).toBe(200);
  // Scripts with a seed that fail: of our fault, and out of memory.
  await redis.rename(keys.flow(broken), `{${broken}}:kept`);
  await redis.set(keys.flow(broken), 'a value of another type');
  expect(await answered('a broken change', operator.change(broken, { ...later, admitPerSecond: 7 }))).toBe(500);
  await redis.del(keys.flow(broken));
  await redis.rename(`{${broken}}:kept`, keys.flow(broken));
  await redis.config('SET', 'maxmemory', '1');
  expect(await answered('out of memory', operator.create({ ...lobby, saleId: refused }))).toBe(503);
  expect(await answered('out of memory', operator.change(changed, { lobbyOpensAt: at(1_800_000) }))).toBe(503);
  await redis.config('SET', 'maxmemory', '0');

  const one = await joinAs(saleId, stack.gateways[0]);
  const live = await openLive(saleId, one.token, { base: stack.gateways[0]! });
  await live.waitFor('state');
  for (const call of ['join', 'place', 'receipt', 'claim', 'leave', 'join'] as const)
    await answered(call, visitorOf(saleId, one.token, stack.gateways[0])[call]());
  await answered('pause', operator.pause(saleId));
  await answered('resume', operator.resume(saleId));
  await until('traces', async () => (listening.told.get('traces') ?? '').includes('create-sale'));
  await until('the monitor has seen all', async () => seeds.length >= 8);
  await collect([saleId, changed, broken], one.token);
  tell('frames', JSON.stringify(live.messages));
  expect(listening.told.get('log of admission-0')).toContain('request failed');
  expect(shown()).toEqual([]);

  // The search finds it where it has to be: after the draw.
  expect(await answered('open', operator.open(saleId))).toBe(200);
  await until('the draw', async () => (await apiAt(stack.gateways[0]).draw(saleId)).body.phase === 'drawn');
  await collect([saleId], one.token);
  live.close();
  expect([...new Set(shown().map((text) => text.split(':')[0]!))]).toEqual(expect.arrayContaining(['answer of getDraw', 'events']));
  expect(shown().filter((text) => /^(log|metrics|traces|audit)/.test(text))).toEqual([]);
});
