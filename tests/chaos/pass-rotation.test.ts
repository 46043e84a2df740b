import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createShop } from '@sunbeon/client/shop';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { apiAt, joinAs, newSaleId, operatorAt, valueOf } from '../fixtures/client.ts';
import { passKeys, shopKey, startStack, until, type Stack } from '../fixtures/stack.mjs';

const keys = {
  old: passKeys,
  new: generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
};
const admissions = ['admission-0', 'admission-1'];
let order = [keys.old];
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    instances: { admission: 2, gateway: 2 },
    envOf: (name): Record<string, string> => (name.startsWith('admission') ? { PASS_KEYS: order.join(',') } : {}),
  });
}, 60_000);
afterAll(() => stack.stop());

/** Restarts both admission services, one after the other, with other keys. */
const roll = async (...next: string[]): Promise<void> => {
  order = next;
  for (const name of admissions) {
    const { child } = stack.processes.get(name)!;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    stack.startService(name);
    await stack.ready(name);
  }
};
const jwksOf = async (base: string): Promise<JSONWebKeySet> =>
  (await (await fetch(`${base}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
/** Every gateway publishes as many keys: what the operator waits for between two steps. */
const published = (count: number): Promise<unknown> =>
  until(
    `${count} keys at every gateway`,
    async () => (await Promise.all(stack.gateways.map(jwksOf))).every((set) => set.keys.length === count),
    30_000,
  );

it('rotation of PASS_KEYS while people go in and out of the shop: a good pass is good at every gateway and in every shop, all the time', async () => {
  const [base] = stack.gateways as [string];
  const saleId = newSaleId();
  const settings = {
    title: 'Rotation',
    kind: 'gate' as const,
    returnUrls: ['https://shop.test/'],
    admitPerSecond: 100,
    activeLimit: 1_000,
  };
  await valueOf('create', operatorAt(base).create({ saleId, ...settings }));
  const shop = createShop({ baseUrl: base, token: shopKey });
  /** From the line into the shop. The calls of the shop are repeated with their key, as while a service is replaced. */
  const enter = async (): Promise<string> => {
    const { token, place } = await joinAs(saleId, base);
    await until('the turn', async () => (await place()).body.state === 'admitted');
    let url = '';
    await until('a ticket', async () => {
      const { status, body } = await apiAt(base, token).ticket(saleId);
      url = body.url;
      return status === 201;
    });
    const ticket = new URL(url).searchParams.get('sunbeon_ticket')!;
    let pass = '';
    await until('a pass', async () => {
      const redeemed = await shop.redeem(ticket, { idempotencyKey: ticket });
      if (redeemed.ok) ({ pass } = redeemed.value);
      return redeemed.ok;
    });
    return pass;
  };
  const askGuard = async (gateway: string, pass: string): Promise<number> => {
    const forwarded = {
      'x-forwarded-method': 'GET',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.test',
      'x-forwarded-uri': '/',
    };
    const cookie = `__Host-sunbeon-pass.${saleId}=${pass}`;
    return (await fetch(`${gateway}/api/guard/${saleId}`, { headers: { ...forwarded, cookie } })).status;
  };

  const passes: string[] = [];
  const thrownOut: string[] = [];
  let [asked, isOver] = [0, false];
  const people = (async () => {
    while (!isOver) passes.push(await enter());
  })();
  const visits = (async () => {
    await until('somebody inside', async () => passes.length > 0);
    while (!isOver)
      for (const pass of [...passes.slice(0, 10), ...passes.slice(-20)])
        for (const gateway of stack.gateways) {
          const status = await askGuard(gateway, pass);
          asked += 1;
          if (status !== 200) thrownOut.push(`${decodeProtectedHeader(pass).kid}: ${status}`);
        }
  })();
  const kidOf = (pass: string | undefined) => decodeProtectedHeader(pass!).kid;

  await until('people inside', async () => passes.length >= 10);
  const oldKid = kidOf(passes[0]);
  await roll(keys.old, keys.new);
  await published(2);
  // What shops keep: it has the new key before a pass is signed with it.
  const kept = createLocalJWKSet(await jwksOf(base));
  expect(kidOf(passes.at(-1))).toBe(oldKid);
  await roll(keys.new, keys.old);
  const rolledAt = passes.length;
  await until('passes by the new key', async () => passes.length >= rolledAt + 10 && kidOf(passes.at(-1)) !== oldKid);
  isOver = true;
  await Promise.all([people, visits]);

  expect(thrownOut).toEqual([]);
  expect(asked).toBeGreaterThan(200);
  for (const pass of passes) await jwtVerify(pass, kept, { typ: 'sunbeon-pass+jwt', algorithms: ['EdDSA'] });

  // Taken away, the old key opens nothing any more; the new one goes on.
  await roll(keys.new);
  await until('the old key to be forgotten', async () => (await askGuard(base, passes[0]!)) === 401, 30_000);
  expect(await askGuard(base, passes.at(-1)!)).toBe(200);
}, 120_000);
