import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { keys, socketsPerVisitor } from '@sunbeon/contracts';
import { gatewayOfTests, type TestSocket } from '../../../tests/fixtures/gateway.ts';
import { newSale, until } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';

const limit = 10;
const { redis, gateway } = await gatewayOfTests({ SOCKETS_PER_ADDRESS: limit });

const crowdOf = async (size: number): Promise<{ saleId: string; tokens: string[] }> => {
  const saleId = await newSale(redis);
  const visitors = Array.from({ length: size }, (_, i) => `v${i}`);
  await join.run(redis, saleId, visitors);
  const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
  return { saleId, tokens: visitors.map((visitorId, i) => gateway.token({ saleId, visitorId, seq: i + 1, generation })) };
};
const isOpen = (one: TestSocket | number): one is TestSocket => typeof one !== 'number';

describe('the limit of one address', () => {
  it('holds for a burst: of 200 sockets at once, of a sale that is not followed yet, as many as allowed are opened, and their ends give the room back', async () => {
    const {
      saleId,
      tokens: [one, two, other],
    } = await crowdOf(3);
    // As many visitors as fill the address with the connections that one may have.
    expect(limit).toBe(2 * socketsPerVisitor);
    const tokens = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? one! : two!));
    // The sale's first read of Redis takes long enough for all of them to wait for it.
    const { redis: own } = gateway.service;
    const callBuffer = own.callBuffer.bind(own) as (...args: string[]) => Promise<unknown>;
    own.callBuffer = ((...args: string[]) =>
      new Promise((resolve) => setTimeout(resolve, 300)).then(() => callBuffer(...args))) as typeof own.callBuffer;
    const burst = () => Promise.all(tokens.map((token) => gateway.open(saleId, token)));
    const first = await burst();
    own.callBuffer = callBuffer as typeof own.callBuffer;
    expect(first.filter(isOpen)).toHaveLength(limit);
    expect(first.filter((answer) => answer === 503)).toHaveLength(200 - limit);
    // Who shows a right token is not refused for others at the address.
    const neighbour = await gateway.open(saleId, other!);
    expect(isOpen(neighbour)).toBe(true);
    if (isOpen(neighbour)) neighbour.socket.terminate();
    for (const one of first.filter(isOpen)) one.socket.terminate();
    await until('there is room again', async () => {
      const again = await gateway.open(saleId, tokens[0]!);
      if (isOpen(again)) again.socket.terminate();
      return isOpen(again);
    });
    await until('all room is back', async () => {
      const opened = (await burst()).filter(isOpen);
      for (const one of opened) one.socket.terminate();
      return opened.length === limit;
    });
  });

  it('keeps nothing of sockets that were refused, given up half-way or never upgraded', async () => {
    const {
      saleId,
      tokens: [token],
    } = await crowdOf(1);
    const { port, hostname } = new URL(gateway.base);
    const path = `/api/sales/${saleId}/live`;
    const ask = (lines: string[], wait: boolean): Promise<string> =>
      new Promise((resolve) => {
        let said = '';
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `${[`GET ${path} HTTP/1.1`, 'Host: x', `Sec-WebSocket-Protocol: sunbeon.v1, bearer.${token}`, ...lines].join('\r\n')}\r\n\r\n`,
          );
          if (!wait) socket.destroy();
        });
        socket
          .on('data', (data) => {
            said += String(data);
            socket.end();
          })
          .on('error', () => {})
          .on('close', () => resolve(said.slice(9, 12)));
      });
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
    for (let i = 0; i < 2 * limit; i += 1) {
      expect(await ask([...upgrade, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'], true)).toMatch(/^4/);
      expect(await ask([], true)).toBe('426');
      await ask([...upgrade, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='], false);
      expect(await gateway.open('no_such_sale', gateway.token({ saleId: 'no_such_sale', visitorId: 'v', seq: 1, generation: 1 }))).toBe(
        404,
      );
    }
    await until('a socket is opened', async () => isOpen(await gateway.open(saleId, token!)), 2_000);
  });
});
