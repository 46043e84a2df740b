import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { apiAt, joinAs, openLive, operatorAt } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { freePort, startRedis, startStack, type RunningProcess, type Stack } from '../fixtures/stack.mjs';

const users = ['gateway', 'queue', 'admission', 'purchase'] as const;
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-acl-'));
const urlOf = (user: string, port: number) => `redis://${user}:password-of-${user}@127.0.0.1:${port}`;
let port: number;
let redis: RunningProcess;
let stack: Stack;
beforeAll(async () => {
  const template = readFileSync(join(import.meta.dirname, '../../infra/redis/users.acl'), 'utf8');
  writeFileSync(
    join(folder, 'users.acl'),
    template.replace(/@([A-Z]+)@/g, (_, user: string) => `password-of-${user.toLowerCase()}`),
  );
  port = await freePort();
  redis = await startRedis(folder, port, { args: ['--aclfile', join(folder, 'users.acl')] });
  stack = await startStack({ redisUrl: 'unused', envOf: (name) => ({ REDIS_URL: urlOf(name.split('-')[0]!, port) }) });
}, 60_000);
afterAll(async () => {
  await stack.stop();
  redis.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('T16: with one user of Redis a service', () => {
  it('everything works with no more than these users may', async () => {
    const base = stack.gateways[0]!;
    const operator = operatorAt(base);
    expect((await operator.create({ saleId: 'acl', title: 'T', stock: 4, admitPerSecond: 50, perVisitorLimit: 2 })).status).toBe(201);
    const buyer = await joinAs('acl', base);
    const live = await openLive('acl', buyer.token, { base });
    await Promise.race([live.waitFor('admitted'), live.waitFor('state', ({ visitor }) => visitor.state === 'admitted')]);
    expect((await buyer.claim()).status).toBe(200);
    const held = await buyer.hold(1, 'h');
    expect((await buyer.release(held.body.holdId)).status).toBe(204);
    const again = await buyer.hold(2, 'h2');
    expect((await buyer.confirm(again.body.holdId)).status).toBe(201);
    await live.waitFor('purchased');
    expect((await buyer.purchases()).body.purchases).toHaveLength(1);
    expect((await operator.change('acl', { message: 'm' })).status).toBe(200);
    expect((await operator.addStock('acl', 1)).status).toBe(200);
    const [order] = (await operator.orders('acl', { q: buyer.visitor.visitorId })).body.orders;
    expect((await operator.order('acl', order!.purchaseId)).status).toBe(200);
    expect((await operator.checkInOrder('acl', order!.purchaseId)).status).toBe(200);
    const other = await joinAs('acl', base);
    await until('inside', async () => (await other.place()).body.state === 'admitted');
    const { purchaseId } = (await other.buy(1, 'k')).body;
    expect((await operator.cancelOrder('acl', purchaseId, { reason: 'why', restock: true })).status).toBe(200);
    const plannedAt = new Date(Date.now() + 1_000).toISOString();
    expect((await operator.plan('acl', { at: plannedAt, change: { message: 'planned', status: 'open' } })).status).toBe(201);
    await until('the planned change', async () => (await operator.sale('acl')).body.message === 'planned');
    const planned = await operator.plan('acl', { at: new Date(Date.now() + 60_000).toISOString(), change: { admitPerSecond: 5 } });
    expect((await operator.planned('acl')).body.planned).toHaveLength(1);
    expect((await operator.unplan('acl', planned.body.plannedId)).status).toBe(204);
    expect((await operator.auditLog('acl')).status).toBe(200);
    const { saleId: rehearsal } = (await operator.rehearse('acl', { people: 2, arrivalSeconds: 1 })).body;
    await until('people of a rehearsal', async () => (await operator.sale(rehearsal)).body.joined === 2);
    await operator.close(rehearsal);
    expect((await operator.delete(rehearsal)).status).toBe(204);
    const leaver = await joinAs('acl', base);
    expect((await leaver.leave()).status).toBe(204);
    expect((await operator.close('acl')).status).toBe(200);
    expect((await operator.delete('acl')).status).toBe(204);
    live.close();
    const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
    const lobby = { saleId: 'lobby', title: 'T', stock: 4, lobbyOpensAt: at(-1_000), opensAt: at(3_600_000) };
    expect((await operator.create(lobby)).status).toBe(201);
    const early = await joinAs('lobby', base);
    expect((await early.receipt()).status).toBe(200);
    expect((await operator.open('lobby')).status).toBe(200);
    const anyone = apiAt(base);
    await until('the draw', async () => (await anyone.draw('lobby')).body.phase === 'drawn');
    expect((await anyone.drawEntries('lobby', (await anyone.draw('lobby')).body.root!, 0)).body).toHaveLength(32);
    for (const name of Object.keys(stack.ports)) {
      await until(`${name} is ready`, async () => (await fetch(`${stack.ops(name)}/readyz`)).ok);
      expect(stack.processes.get(name)!.log()).not.toContain('NOPERM');
    }
  });

  it('a Redis that writes its file each second only is a warning of the admission service, when it connects', async () => {
    const watched = new Redis(urlOf('operator', port));
    await watched.config('SET', 'appendfsync', 'everysec');
    await watched.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const logOf = (name: string): string => stack.processes.get(name)!.log();
    await until('the warning', () => logOf('admission-0').includes('appendfsync is everysec'));
    await watched.config('SET', 'appendfsync', 'always');
    watched.disconnect();
    await Promise.all(Object.keys(stack.ports).map(stack.ready));
    for (const name of Object.keys(stack.ports)) expect(logOf(name)).not.toContain('redis_policy_unknown');
  });

  it('acknowledged writes survive a kill and restart of Redis', async () => {
    const base = stack.gateways[0]!;
    expect((await operatorAt(base).create({ saleId: 'kept', title: 'T', stock: 4, admitPerSecond: 0.001 })).status).toBe(201);
    await joinAs('kept', base);
    const second = await joinAs('kept', base);
    const ended = once(redis.child, 'exit');
    redis.child.kill('SIGKILL');
    await ended;
    redis = await startRedis(folder, port, { args: ['--aclfile', join(folder, 'users.acl')] });
    await Promise.all(Object.keys(stack.ports).map(stack.ready));
    // Redis reads what scripts wrote as the user `default`: without its rights it drops them all, and says so only in its log.
    expect(redis.log()).not.toContain('NOPERM');
    expect((await second.place()).body).toMatchObject({ seq: second.visitor.seq, state: 'waiting' });
  });

  it.each(users)('%s may not list, empty, configure or stop Redis, nor access keys outside sales', async (user) => {
    const client = new Redis(urlOf(user, port));
    const forbidden = [
      ['FLUSHALL'],
      ['FLUSHDB'],
      // It tells passwords of replicas, too. Admission, which may read all of a sale as it is, looks at the file's policy for all.
      ...(user === 'admission' ? [] : [['CONFIG', 'GET', '*']]),
      ['CONFIG', 'SET', 'maxmemory', '1'],
      ['KEYS', '*'],
      ['SCRIPT', 'FLUSH'],
      ['DEBUG', 'SLEEP', '0'],
      ['SHUTDOWN'],
      ['ACL', 'LIST'],
      ['CLIENT', 'LIST'],
      ['CLIENT', 'KILL', 'TYPE', 'normal'],
      ['MONITOR'],
      ['REPLICAOF', 'NO', 'ONE'],
      ['SAVE'],
      ['SET', 'elsewhere', '1'],
      ['EVAL', "return redis.call('SET', KEYS[1], '1')", '1', 'elsewhere'],
    ] as [string, ...string[]][];
    for (const [command, ...rest] of forbidden) await expect(client.call(command, ...rest)).rejects.toThrow(/NOPERM|not allowed/i);
    if (user !== 'admission') await expect(client.call('GET', 'draw-seed:{acl}')).rejects.toThrow(/NOPERM/);
    if (user === 'gateway') await expect(client.call('SET', 'sale:{acl}', '1')).rejects.toThrow(/NOPERM/);
    // For DURABILITY.
    else expect(await client.wait(0, 1)).toBe(0);
    const nobody = new Redis(`redis://127.0.0.1:${port}`, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    nobody.on('error', () => {});
    await expect(nobody.ping()).rejects.toThrow(/NOAUTH|closed/);
    nobody.disconnect();
    client.disconnect();
  });
});
