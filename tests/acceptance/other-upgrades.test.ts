// Who offers another protocol than WebSocket, as Java's HttpClient and `curl --http2` do with each request on plain http, is answered as anybody else (RFC 9110, 7.8).
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSale, gateways } from '../fixtures/client.ts';

const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n';

/** All that comes on one connection for what is written on it, piece by piece. */
const answersTo = async (...pieces: string[]): Promise<string[]> => {
  const { hostname, port } = new URL(gateways()[0]!);
  const socket = createConnection(Number(port), hostname);
  let text = '';
  socket.on('data', (data) => (text += String(data)));
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(3_000) });
  for (const piece of pieces) {
    socket.write(piece);
    await delay(30);
  }
  await closed;
  return text.split(/(?=HTTP\/1\.1 \d)/);
};

describe('an offer of another protocol', () => {
  let saleId: string;
  const line = (headers = ''): string => `GET /api/sales/${saleId}/line HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
  beforeAll(async () => {
    saleId = await createSale({ admitPerSecond: 0.001 });
  });

  it.each(['h2c', 'TLS/1.0, h2c', 'H2C'])('is ignored: %s', async (protocol) => {
    const [answer] = await answersTo(`GET /api/sales/${saleId} HTTP/1.1\r\nHost: x\r\n${offer.replace('h2c', protocol)}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toContain(saleId);
  });

  it.each([
    ['of HTTP/1.1', 'HTTP/1.1', ''],
    ['of HTTP/1.0', 'HTTP/1.0', ''],
    ['that asks to keep it by another header', 'HTTP/1.0', 'Proxy-Connection: keep-alive\r\n'],
  ])('ends its connection, for a proxy in front may have stopped reading: a request %s', async (_, version, more) => {
    const asked = `GET /api/sales/${saleId} ${version}\r\nHost: x\r\n${offer}${more}\r\n`;
    for (const pieces of [[asked + line()], [asked, line()]]) {
      const answers = await answersTo(...pieces);
      expect(answers[0]).toMatch(/^HTTP\/1\.1 200 [^]*"title"/);
      // Bytes beyond the request are a fault of its sender, never another request.
      for (const answer of answers.slice(1)) expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it('is answered in its turn behind an earlier request, and harms nobody', async () => {
    const join = `POST /api/sales/${saleId}/queue HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
    const asked = `GET /api/sales/${saleId} HTTP/1.0\r\nHost: x\r\n${offer}Proxy-Connection: keep-alive\r\n\r\n`;
    const answers = await answersTo(join + asked, line());
    expect(answers.map((answer) => answer.slice(9, 12))).toEqual(['201', '200']);
    expect((await answersTo(line('Connection: close\r\n')))[0]).toMatch(/^HTTP\/1\.1 200 [^]*"lastSeq":/);
  });

  it('closes nobody else: the next who asks the same keeps the connection', async () => {
    await answersTo(`GET /api/sales/${saleId}/line HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n`);
    expect((await answersTo(line(), line('Connection: close\r\n'))).map((answer) => answer.slice(9, 12))).toEqual(['200', '200']);
  });

  it('is ignored, too, where no Connection header goes with it', async () => {
    const [answer] = await answersTo(`GET /api/sales/${saleId} HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('keeps the body of its request, however it comes', async () => {
    const body = '{ "code": "none" }';
    const head = `POST /api/sales/${saleId}/queue HTTP/1.1\r\nHost: x\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const joined = [
      await answersTo(head + body),
      await answersTo(head + body.slice(0, 5), body.slice(5)),
      await answersTo(head, body.slice(0, 5), body.slice(5)),
      await answersTo(head.slice(0, 40), head.slice(40), body),
    ];
    for (const [answer] of joined) expect(answer).toMatch(/^HTTP\/1\.1 201 [^]*"seq":/);
    // Half a body is no request: it was read as JSON.
    const [refused] = await answersTo(head + '{ "code": "none"! ');
    expect(refused).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('of a WebSocket before the answer to an earlier request ends the connection', async () => {
    const asked = `GET /api/sales/${saleId}/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const join = `POST /api/sales/${saleId}/queue HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
    expect((await answersTo(join + asked)).length).toBeLessThanOrEqual(1);
  });

  it('opens no stream', async () => {
    const [refused] = await answersTo(`GET /api/sales/${saleId}/live HTTP/1.1\r\nHost: x\r\n${offer}\r\n`);
    expect(refused).toMatch(/^HTTP\/1\.1 403 /);
  });
});
