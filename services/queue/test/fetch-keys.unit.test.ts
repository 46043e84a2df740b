import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createKeyFetch, fetchKeysLimits } from '../src/entrance/fetch-keys.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
/** A server of this machine; how often it was asked. */
const serve = async (listener: RequestListener) => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/jwks`, asked: () => asked };
};
const inside = createKeyFetch(['127.0.0.1']);
const outside = createKeyFetch([]);

describe('a fetch of keys', () => {
  it('reads a whole answer', async () => {
    const { url } = await serve((_, response) => response.end('{"keys":[]}'));
    expect(await inside(url)).toBe('{"keys":[]}');
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
    'does not reach %s of the own network',
    async (host) => {
      const { port, asked } = await serve((_, response) => response.end('{"keys":[]}'));
      await expect(outside(`http://${host}:${port}/jwks`)).rejects.toThrow(/not allowed/);
      await expect(outside(`https://${host}:${port}/jwks`)).rejects.toThrow(/not allowed/);
      expect(asked()).toBe(0);
    },
  );

  it.each(['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '[fd00::1]', '[fe80::1]'])(
    'does not reach %s, and asks nothing for it',
    async (host) => {
      await expect(outside(`https://${host}/jwks`, 500)).rejects.toThrow(/not allowed/);
    },
  );

  it('reaches an inside host by its name alone, or by name and port', async () => {
    const { port, url, asked } = await serve((_, response) => response.end('{}'));
    expect(await createKeyFetch([`127.0.0.1:${port}`])(url)).toBe('{}');
    await expect(createKeyFetch([`127.0.0.1:${port + 1}`])(url)).rejects.toThrow(/not allowed/);
    await expect(createKeyFetch(['localhost'])(url)).rejects.toThrow(/not allowed/);
    expect(asked()).toBe(1);
  });

  it('follows no redirect', async () => {
    const target = await serve((_, response) => response.end('{"keys":[]}'));
    const { url } = await serve((_, response) => response.writeHead(302, { location: target.url }).end());
    await expect(inside(url)).rejects.toThrow('status 302');
    expect(target.asked()).toBe(0);
  });

  it.each([
    [404, {}, 'status 404'],
    [500, {}, 'status 500'],
    [200, { 'content-encoding': 'gzip' }, 'content-encoding gzip'],
  ])('refuses an answer of %i with %j', async (status, headers, why) => {
    const { url } = await serve((_, response) => response.writeHead(status, headers).end('{}'));
    await expect(inside(url)).rejects.toThrow(why);
  });

  it('ends at the limit of size, also of a body without an end', async () => {
    const { url } = await serve((_, response) => {
      const more = (): void => void (response.writable && !response.destroyed && response.write('x'.repeat(16_384), more));
      more();
    });
    await expect(inside(url)).rejects.toThrow(`more than ${fetchKeysLimits.bodyBytes} bytes`);
  });

  it('ends at the limit of time: without an answer, and in the middle of one', async () => {
    const silent = await serve(() => {});
    await expect(inside(silent.url, 100)).rejects.toThrow('no whole answer in 100 ms');
    const slow = await serve((_, response) => void response.write('{"keys":'));
    await expect(inside(slow.url, 100)).rejects.toThrow();
  });

  it('refuses an answer that broke off', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{}', () => response.socket!.destroy());
    });
    await expect(inside(url)).rejects.toThrow();
  });
});
