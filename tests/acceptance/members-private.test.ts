import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys, type Members, type Place, type Problem } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { newShopKey, signedBy } from '../../services/queue/test/shop-signer.ts';
import { apiAt, newSaleId, operatorAt, valueOf } from '../fixtures/client.ts';
import { client, createJar, startProvider, type Person } from '../fixtures/oidc-provider.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { freePort, startStack, until, type Stack } from '../fixtures/stack.mjs';
import { startListening } from '../fixtures/told.ts';

const web = 'http://localhost:3000';
const person: Person = { sub: 'subject-of-ada-9f2c71', name: 'Ada Membername', email: 'ada.member@mail.example' };
const shopKey = newShopKey('ES256', 'shop-key');
const shop = { issuer: 'https://shop.example', audience: 'waiting-room' };
const inline: Members = { ...shop, jwks: { keys: [shopKey.jwk] } };

let stack: Stack;
let redis: Redis;
let listening: Awaited<ReturnType<typeof startListening>>;
let provider: Awaited<ReturnType<typeof startProvider>>;
const tell = (where: string, text: string): void => listening.tell(where, text);
const tokens: string[] = [];

/** A text as something may carry it: itself, encoded, and as a hash that everybody could compute. */
const formsOf = (text: string): string[] => {
  const bytes = Buffer.from(text);
  // Base64 of a text inside another begins at one of three places.
  const inside = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, -4)
      .replaceAll('=', ''),
  );
  const hashes = ['sha1', 'sha256', 'md5'].flatMap((name) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => createHash(name).update(text).digest(encoding).replaceAll('=', '')),
  );
  return [
    text,
    encodeURIComponent(text),
    bytes.toString('hex'),
    ...inside,
    ...inside.map((part) => part.replaceAll('+', '-').replaceAll('/', '_')),
    ...hashes,
  ];
};
const found = (texts: readonly string[]): string[] => listening.find(texts.map((text) => [text, formsOf(text)] as const));

/** All keys of Redis with their values. */
const dump = async (): Promise<void> => {
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1', 'WITHSCORES'),
    list: (key) => redis.lrange(key, 0, -1),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  for (const key of await redis.keys('*')) tell('redis', `${key} ${JSON.stringify(await readers[await redis.type(key)]!(key))}\n`);
  tell('slowlog', JSON.stringify(await redis.slowlog('GET', 1_000)));
  const folder = pathOf(stack.folder, 'appendonlydir');
  for (const file of readdirSync(folder)) tell('append-only file', readFileSync(pathOf(folder, file), 'latin1'));
};
const collect = async (saleIds: readonly string[]): Promise<void> => {
  await dump();
  for (const saleId of saleIds) {
    for (const name of ['sale', 'stats'] as const)
      tell(`operator's ${name}`, JSON.stringify((await operatorAt(stack.gateways[0])[name](saleId)).body));
    tell('audit log', JSON.stringify((await operatorAt(stack.gateways[0]).auditLog(saleId)).body));
    tell('events', JSON.stringify(await redis.xrange(keys.events(saleId), '-', '+')));
  }
  await listening.collectProcesses(stack);
};

beforeAll(async () => {
  listening = await startListening();
  provider = await startProvider(await freePort(), `${web}/api/login/callback`, [person]);
  stack = await startStack({
    env: {
      LOG_LEVEL: 'trace',
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      // The provider then tells the gateway name and mail.
      OIDC_SCOPES: 'openid profile email',
      WEB_URL: web,
      ...listening.env,
    },
  });
  redis = new Redis(stack.redisUrl);
  await redis.config('SET', 'slowlog-log-slower-than', '0');
  await redis.config('SET', 'slowlog-max-len', '1000');
}, 90_000);
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
  await provider.stop();
  listening.stop();
});

const base = (): string => stack.gateways[0]!;
const join = async (saleId: string, member: string) => {
  tokens.push(member);
  return rawCall<Place & Problem>('POST', `/api/sales/${saleId}/queue`, { base: base(), body: { member } });
};
const createSale = async (members: Members): Promise<string> => {
  const saleId = newSaleId();
  const sale = { saleId, title: 'Private', stock: 100, admitPerSecond: 50, claimSeconds: 60, identity: 'member' as const, members };
  await valueOf('create', operatorAt(base()).create(sale));
  return saleId;
};
/** A login of a browser; `change` alters the address of the provider or the way back. */
const login = async (
  saleId: string,
  change: { to?: (url: URL) => void; back?: (url: URL) => void | Promise<void> } = {},
): Promise<string> => {
  const jar = createJar();
  const visit = async (path: string): Promise<string> => {
    const response = await fetch(base() + path, { redirect: 'manual', headers: jar.header() });
    jar.keep(response);
    return response.headers.get('location')!;
  };
  const to = new URL(await visit(`/api/sales/${saleId}/login`));
  change.to?.(to);
  const back = await provider.signIn(to.href, person.sub);
  await change.back?.(back);
  return await visit(back.pathname + back.search);
};

it('E3: nothing of a person is in Redis, logs, events, metrics or traces, also of failed logins and joins', async () => {
  const [byLogin, byShop] = [await createSale({ login: 'oidc' }), await createSale(inline)];
  const shopToken = (exp: number): string => signedBy(shopKey, { iss: shop.issuer, aud: shop.audience, ...person, exp });
  const soon = Math.floor(Date.now() / 1_000) + 60;

  // Members who wait, come in, buy and leave.
  const visitors: string[] = [];
  for (const [saleId, token] of [
    [byLogin, (await login(byLogin)).split('#member=')[1]!],
    [byShop, shopToken(soon)],
  ] as const) {
    const { status, body } = await join(saleId, token);
    expect(status).toBe(201);
    visitors.push(body.visitor.visitorId);
    const visitor = apiAt(base(), body.token);
    await until('the turn', async () => (await visitor.place(saleId)).body.state === 'admitted');
    expect((await visitor.purchase(saleId, 1, { idempotencyKey: 'k' })).status).toBe(201);
    expect((await join(saleId, token)).status).toBe(201);
    expect((await visitor.leave(saleId)).status).toBe(204);
  }

  // What fails, and may be logged: by the claims, by the provider, by the state of the sale.
  const failures = [
    await login(byLogin, { to: (url) => url.searchParams.set('nonce', 'n'.repeat(43)) }),
    await login(byLogin, { back: (url) => url.searchParams.set('code', 'c'.repeat(43)) }),
    await login(byLogin, { back: () => provider.stop() }),
  ];
  expect(failures.map((location) => location.split('#')[1])).toEqual(['login=failed', 'login=failed', 'login=unavailable']);
  await provider.start();
  for (const token of [shopToken(soon - 120), shopToken(soon + 3_600), signedBy(newShopKey('ES256', 'shop-key'), { ...person, exp: soon })])
    expect((await join(byShop, token)).body.code).toBe('invalid_member');
  await redis.rename(keys.flow(byShop), `{${byShop}}:kept`);
  await redis.set(keys.flow(byShop), 'a value of another type');
  expect((await join(byShop, shopToken(soon))).status).toBe(500);
  await redis.del(keys.flow(byShop));
  await redis.rename(`{${byShop}}:kept`, keys.flow(byShop));
  await redis.config('SET', 'maxmemory', '1');
  expect((await join(byShop, shopToken(soon))).status).toBe(503);
  await redis.config('SET', 'maxmemory', '0');

  await until('traces of joins and logins', async () =>
    ['login/callback', 'queue/join'].every((name) => (listening.told.get('traces') ?? '').includes(name)),
  );
  await collect([byLogin, byShop]);
  expect(listening.told.get('log of queue-0')).toMatch(/"request_failed".*"call":"join"/);
  expect(listening.told.get('log of gateway-0')).toContain('a login failed');
  expect(listening.told.get('metrics of gateway-0')).toMatch(/sunbeon_logins_total\{[^}]*outcome="failed"[^}]*\} 2/);
  expect(found([person.sub, person.name, person.email, ...tokens])).toEqual([]);

  // The search finds what is kept: the visitor ids, and a person who was written into Redis.
  const places = new Set(found(visitors).map((text) => text.split(':')[0]!));
  expect([...places]).toEqual(expect.arrayContaining(['redis', 'append-only file', 'events', 'slowlog']));
  await redis.set('leak', Buffer.from(`{"iss":"i","sub":"${person.sub}"}`).toString('base64url'));
  listening.told.clear();
  await dump();
  expect(found([person.sub]).length).toBeGreaterThan(0);
  await redis.del('leak');
});
