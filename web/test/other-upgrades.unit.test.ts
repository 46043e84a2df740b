import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

/** A server that takes upgrades, as Next does, and answers a request with its method and body; `/slow` after 100 ms. Returns its port. */
const start = async (): Promise<number> => {
  const program = `
    import { createServer } from 'node:http';
    import { ignoreOtherUpgrades, refuseOffer } from ${JSON.stringify(new URL('../other-upgrades.mjs', import.meta.url).href)};
    ignoreOtherUpgrades();
    const server = createServer(async (request, response) => {
      refuseOffer(request, response);
      let body = '';
      for await (const chunk of request) body += chunk;
      if (request.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 100));
      response.end([request.method, request.url, body, Object.keys(request.headers)].join(' '));
    });
    server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n'));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  return Number(port);
};
const answerTo = async (port: number, ...pieces: string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => (text += String(data)));
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(3_000) });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed;
  return text;
};
const offer = 'Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';

describe('an offer of another protocol than WebSocket', () => {
  it('is no part of its request, which is answered', async () => {
    const port = await start();
    expect(await answerTo(port, `GET /a?b HTTP/1.1\r\n${offer}\r\n`)).toMatch(
      /^HTTP\/1\.1 200 OK\r\nconnection: close\r\n[^]*GET \/a\?b {2}host,connection$/i,
    );
    const head = `POST /c HTTP/1.1\r\n${offer}Content-Length: 6\r\n\r\n`;
    for (const pieces of [[`${head}abcdef`], [`${head}abc`, 'def'], [head, 'abcdef']])
      expect(await answerTo(port, ...pieces)).toMatch(/POST \/c abcdef host,connection,content-length$/);
  });

  it.each([
    ['of HTTP/1.1', 'HTTP/1.1', ''],
    ['of HTTP/1.0', 'HTTP/1.0', ''],
    ['that asks to keep it by another header', 'HTTP/1.0', 'Proxy-Connection: keep-alive\r\n'],
  ])('ends its connection: a request %s', async (_, version, more) => {
    const port = await start();
    const asked = `GET /a ${version}\r\n${offer}${more}\r\n`;
    for (const pieces of [[asked + next], [asked, next]]) expect(await answerTo(port, ...pieces)).not.toContain('/next');
  });

  it('is answered in its turn behind an earlier request', async () => {
    const port = await start();
    const text = await answerTo(
      port,
      `GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /up HTTP/1.0\r\n${offer}Proxy-Connection: keep-alive\r\n\r\n`,
      next,
    );
    expect(text).toMatch(/GET \/slow [^]*GET \/up /);
    expect(text).not.toContain('/next');
    expect(await answerTo(port, `GET /up HTTP/1.1\r\n${offer}\r\n`)).toContain('GET /up');
  });

  it('leaves WebSockets to the server', async () => {
    const port = await start();
    expect(await answerTo(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 101 /,
    );
  });
});
