import { afterEach, describe, expect, it } from '@jest/globals';
import { redisProgram } from '../local/redis.mjs';

const given = process.env['REDIS_SERVER'];
afterEach(() => {
  if (given === undefined) delete process.env['REDIS_SERVER'];
  else process.env['REDIS_SERVER'] = given;
});

describe('the server of the tests', () => {
  it('is the program that REDIS_SERVER names, by path or by name', async () => {
    for (const name of [process.execPath, 'node']) {
      process.env['REDIS_SERVER'] = name;
      expect(await redisProgram()).toBe(name);
    }
  });

  it('is never another one in its place', async () => {
    process.env['REDIS_SERVER'] = '/nowhere/valkey-server';
    await expect(redisProgram()).rejects.toThrow('REDIS_SERVER names /nowhere/valkey-server, and there is no such program.');
  });
});
