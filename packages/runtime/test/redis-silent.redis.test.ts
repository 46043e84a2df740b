import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startProxy, type FaultProxy } from '../../../tests/chaos/proxy.ts';
import { testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import { commandConnection, readerConnection, type RedisClient } from '../src/redis.ts';

let proxy: FaultProxy;
const clients: RedisClient[] = [];
beforeAll(async () => {
  proxy = await startProxy(testRedisUrl().replace('unix:', ''));
  for (const connectionTo of [commandConnection, readerConnection]) {
    const client = connectionTo(`redis://127.0.0.1:${proxy.port}`);
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
  }
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await proxy.stop();
});
const stream = `t_silent_${process.pid}`;
const read = (after: string) => clients[1]!.xread('COUNT', 10, 'BLOCK', 200, 'STREAMS', stream, after);

it('a reply long after the time of `BLOCK` is taken', async () => {
  await clients[0]!.xadd(stream, '1-0', 'a', 'b');
  proxy.set({ delayMs: 600 });
  const found = await read('0-0');
  proxy.set('none');
  expect(found).toEqual([[stream, [['1-0', ['a', 'b']]]]]);
});

it('a connection whose peer is gone without a word is made anew; a reader reads on', async () => {
  const [command] = clients as [RedisClient, RedisClient];
  proxy.lose();
  const reading = read('1-0');
  await expect(command.ping()).rejects.toThrow('Command timed out');
  const answers = (): Promise<boolean> =>
    command.ping().then(
      () => true,
      () => false,
    );
  await until('commands are answered', answers, 15_000);
  await command.xadd(stream, '2-0', 'c', 'd');
  // The read that was cut was sent again.
  expect((await reading) ?? (await read('1-0'))).toEqual([[stream, [['2-0', ['c', 'd']]]]]);
  await command.del(stream);
}, 30_000);
