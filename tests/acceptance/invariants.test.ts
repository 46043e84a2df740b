import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { adminToken } from '../fixtures/stack.mjs';
import { createSale, joinAs, operator, operatorAt, saleOf } from '../fixtures/client.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';

const metric = async (name: string): Promise<number> => {
  const texts = await Promise.all(
    (process.env['TEST_OPS'] ?? '').split(',').map(async (ops) => await (await fetch(`${ops}/metrics`)).text()),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

describe('a sale whose stock no longer adds up', () => {
  it('is paused within ten seconds or so, counted, and the audit log has the reason', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const sound = await createSale({ admitPerSecond: 0.001 });
    const before = await metric('sunbeon_invariant_violations_total');
    const redis = new Redis(testRedisUrl());
    await redis.hincrby(keys.stock(saleId), 'left', 1);
    await until('it is paused', async () => (await saleOf(saleId)).status === 'paused', 15_000);
    redis.disconnect();
    expect(await metric('sunbeon_invariant_violations_total')).toBeGreaterThan(before);
    expect((await saleOf(sound)).status).toBe('open');
    const { body } = await operator.auditLog(saleId);
    expect(body.entries[0]).toMatchObject({
      action: 'pause',
      operator: 'sunbeon',
      detail: {
        why: expect.stringContaining('does not add up'),
        said: expect.arrayContaining([{ code: 'fault_stock_sum', values: {} }]),
      },
    });
  });
});

describe('T17: the audit log', () => {
  it('has an entry for every change an operator made, newest first, and outlives the sale', async () => {
    const saleId = await createSale();
    await operator.change(saleId, { admitPerSecond: 7, message: 'slower' });
    await operator.addStock(saleId, 5);
    await operator.pause(saleId);
    await operator.pause(saleId);
    await operator.resume(saleId);
    await operator.close(saleId);
    await operator.delete(saleId);
    const { status, body } = await operator.auditLog(saleId);
    expect(status).toBe(200);
    expect(body.entries.map(({ action }) => action)).toEqual(['delete', 'close', 'resume', 'pause', 'add_stock', 'change', 'create']);
    expect(body.entries[5]!.detail).toEqual({ admitPerSecond: '7', message: 'slower' });
    expect(body.entries[4]!.detail).toEqual({ add: 5, total: 105 });
    expect(new Set(body.entries.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
    expect(new Set(body.entries.map(({ operator: who }) => who)).size).toBe(1);
    expect(JSON.stringify(body)).not.toContain(adminToken);
  });

  it('is for the operator, and of sales that are or were', async () => {
    const saleId = await createSale();
    const { token } = await joinAs(saleId);
    expect((await operatorAt(undefined, token).auditLog(saleId)).status).toBe(401);
    expect((await operator.auditLog('never_was')).status).toBe(404);
  });
});
