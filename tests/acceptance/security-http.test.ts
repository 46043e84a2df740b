import { createServer } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { rpcPaths } from '@sunbeon/contracts';
import { adminToken } from '../fixtures/stack.mjs';
import { createSale, gateways, joinAs, operator, saleOf, visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

const base = gateways()[0]!;
const { hostname, port, host } = new URL(base);
/** A raw TCP connection; returns all received bytes, and its duration. */
const dial = (bytes: string | Buffer = '') => {
  let answer = '';
  const startedAt = Date.now();
  const socket = connect(Number(port), hostname)
    .on('data', (data) => {
      answer += String(data);
    })
    .on('error', () => {});
  if (bytes.length > 0) socket.write(bytes);
  const ended = new Promise<{ answer: string; tookMs: number }>((resolve) => {
    socket.on('close', () => resolve({ answer, tookMs: Date.now() - startedAt }));
  });
  return { socket, ended };
};
/** Sends raw bytes; resolves with all bytes received until the end of the connection or `limitMs`. */
const raw = async (bytes: string | Buffer, limitMs = 3_000): Promise<string> => {
  const { socket, ended } = dial(bytes);
  const timer = setTimeout(() => socket.destroy(), limitMs);
  const { answer } = await ended;
  clearTimeout(timer);
  return answer;
};
const last = 'Connection: close\r\n\r\n';
/** A visitor in a line without admissions. */
const waiting = async () => {
  const saleId = await createSale({ admitPerSecond: 0.001 });
  return { saleId, mine: await joinAs(saleId) };
};

describe('request input', () => {
  it('T7: odd and huge ids are refused without a fault', async () => {
    const { saleId, mine } = await waiting();
    const { token } = mine;
    const odd = [
      'a%0Ab',
      '%F0%9F%8E%AB',
      '%E2%80%AE',
      '%ff',
      '%',
      '%zz',
      '%EF%BC%8Fa',
      'a%20b',
      'A',
      '.',
      '%2e%2e',
      "a'b",
      '%22',
      '<a>',
      '$(id)',
      'a'.repeat(10_000),
    ];
    for (const id of odd) {
      for (const path of [`/api/sales/${id}`, `/api/sales/${id}/queue/me`, `/api/sales/${saleId}/holds/${id}`]) {
        const answer = await raw(
          `${path.includes('/holds/') ? 'DELETE' : 'GET'} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
        );
        expect([path.slice(0, 80), answer]).toEqual([path.slice(0, 80), expect.stringMatching(/^HTTP\/1\.1 4\d\d /)]);
      }
    }
    const megabyte = 'a'.repeat(1_048_576);
    for (const head of [
      `GET /api/sales/${megabyte} HTTP/1.1\r\n`,
      `GET /api/sales/${saleId}/queue/me HTTP/1.1\r\nAuthorization: Bearer ${megabyte}\r\n`,
      `POST /api/sales/${saleId}/purchases HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${megabyte}\r\n`,
    ]) {
      // A client that sends on after the refusal may get a reset instead; a success must not come.
      expect(await raw(`${head}Host: x\r\nConnection: close\r\n\r\n`)).toMatch(/^(HTTP\/1\.1 (414|431) |$)/);
    }
    for (const key of ['a b', '\u00e9', '\x7f', 'k'.repeat(129), '', '\t']) {
      const body = '{"quantity":1}';
      const answer = await raw(
        `POST /api/sales/${saleId}/purchases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      expect([key, answer]).toEqual([key, expect.stringMatching(/^HTTP\/1\.1 400 /)]);
    }
    for (const id of ['a\nb', 'é', 'a'.repeat(8_000), 'x y', '', 7, null, ['a'], { a: 1 }]) {
      expect(await rawCall('POST', '/api/admin/sales', { token: adminToken, body: { saleId: id, title: 'T', stock: 1 } })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    }
    expect((await mine.place()).body).toMatchObject({ state: 'waiting', position: 1 });
  });

  it('T14: no body reaches a prototype', async () => {
    const saleId = await createSale();
    const visitor = await joinAs(saleId);
    await until('inside', async () => (await visitor.place()).body.state === 'admitted');
    const canary = 'canary-of-the-prototype';
    const bodies = [
      '"__proto__":{"polluted":"C"}',
      '"constructor":{"prototype":{"polluted":"C"}}',
      '"constructor.prototype":{"polluted":"C"}',
      '"__proto__.polluted":"C"',
      '"\\u005f_proto__":{"polluted":"C"}',
      '"prototype":{"polluted":"C"}',
      '"a":{"__proto__":{"polluted":"C"}}',
    ].map((text) => text.replace('C', canary));
    const send = async (path: string, token: string, body: string, method = 'POST') => {
      const response = await fetch(`${gateways()[0]}${path}`, {
        method,
        body,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
      });
      return { status: response.status, text: await response.text() };
    };
    for (const inner of bodies) {
      for (const answer of [
        await send(`/api/sales/${saleId}/queue`, visitor.token, `{${inner}}`),
        await send(`/api/sales/${saleId}/purchases`, visitor.token, `{"quantity":1,${inner}}`),
        await send(`/api/sales/${saleId}/holds`, visitor.token, `{"quantity":1,${inner}}`),
        await send('/api/admin/sales', adminToken, `{"saleId":"polluted","title":"T","stock":1,${inner}}`),
        await send(`/api/admin/sales/${saleId}`, adminToken, `{"title":"T",${inner}}`, 'PATCH'),
        await send(`/api/admin/sales/${saleId}/stock`, adminToken, `{"add":1,${inner}}`),
      ])
        expect([inner, answer]).toEqual([inner, { status: 400, text: expect.not.stringContaining(canary) }]);
    }
    expect(
      (await rawCall('GET', `/api/sales/${saleId}?__proto__[polluted]=${canary}&constructor[prototype][polluted]=${canary}`)).status,
    ).toBe(200);
    for (const base of gateways()) {
      for (const path of ['/api/sales', `/api/sales/${saleId}`, '/openapi.json', '/api/sales/__proto__', '/api/sales/constructor']) {
        expect(JSON.stringify((await rawCall('GET', path, { base })).body)).not.toMatch(new RegExp(`${canary}|polluted`));
      }
      expect(
        (await rawCall('GET', `/api/sales/${saleId}/queue/me`, { base, headers: { cookie: '__proto__=x; constructor=y' } })).status,
      ).toBe(401);
    }
    expect((await visitor.buy(1, 'good')).status).toBe(201);
  });

  it('T15: no sale id leaves its key: braces, stars, line ends and zero bytes are refused everywhere', async () => {
    const { mine } = await waiting();
    for (const id of [
      'a}',
      '{a',
      '{a}',
      'a}{b',
      '%7Ba%7D',
      'a%7D',
      'a%0D%0Ab',
      '%0d%0aDEL%20sales',
      '*',
      'a*',
      '%2A',
      '%00',
      'a%00b',
      '%3F',
      'a:b',
      'a|b',
      'a%2Fb',
      '..',
    ]) {
      for (const [method, path, token] of [
        ['GET', '', ''],
        ['POST', '/queue', ''],
        ['POST', '/queue', mine.token],
        ['GET', '/queue/me', mine.token],
        ['POST', '/queue/me/claim', mine.token],
        ['GET', '/purchases/me', mine.token],
        ['GET', '/live', mine.token],
      ] as const) {
        const answer = await rawCall(method, `/api/sales/${id}${path}`, token ? { token } : {});
        expect([method, id, path, [400, 401, 404].includes(answer.status) || answer.status]).toEqual([method, id, path, true]);
      }
      for (const [method, verb] of [
        ['GET', ''],
        ['DELETE', ''],
        ['POST', '/close'],
        ['GET', 'audit-log'],
      ] as const) {
        const path = verb === 'audit-log' ? `/api/admin/audit-log?sale=${id}` : `/api/admin/sales/${id}${verb}`;
        const answer = await rawCall(method, path, { token: adminToken });
        expect([method, id, verb, [400, 404].includes(answer.status) || answer.status]).toEqual([method, id, verb, true]);
      }
      expect((await operator.create({ saleId: decodeURIComponent(id), title: 'T', stock: 1 })).status).toBe(400);
    }
  });

  it("T17: only the operator's token, and only the right verb, runs a sale", async () => {
    const { saleId, mine } = await waiting();
    const path = `/api/admin/sales/${saleId}`;
    const version = (await saleOf(saleId)).version;
    const wrong: (Record<string, string> | string)[] = [
      {},
      { authorization: '' },
      { authorization: `Basic ${Buffer.from(`admin:${adminToken}`).toString('base64')}` },
      { authorization: adminToken },
      { authorization: `Bearer ${mine.token}` },
      { authorization: `Bearer ${adminToken}, Bearer x` },
      { authorization: `Bearer ${adminToken.toUpperCase()}` },
      { cookie: `sunbeon_${saleId}=${adminToken}; token=${adminToken}` },
      { 'x-admin-token': adminToken },
      { 'proxy-authorization': `Bearer ${adminToken}` },
      `?token=${adminToken}&access_token=${adminToken}`,
    ];
    for (const credential of wrong) {
      const query = typeof credential === 'string' ? credential : '';
      for (const [method, verb] of [
        ['GET', path],
        ['GET', `/api/admin/audit-log?sale=${saleId}`],
        ['POST', `${path}/close`],
        ['POST', `${path}/pause`],
        ['DELETE', path],
      ] as const) {
        const answer = await rawCall(
          method,
          `${verb}${verb.includes('?') ? query.replace('?', '&') : query}`,
          typeof credential === 'string' ? {} : { headers: credential },
        );
        expect([credential, method, verb, answer.status, answer.body.code]).toEqual([credential, method, verb, 401, 'invalid_token']);
      }
    }
    for (const [method, verb] of [
      ['PUT', ''],
      ['POST', ''],
      ['GET', '/close'],
      ['DELETE', '/close'],
      ['PATCH', '/stock'],
      ['PUT', '/open'],
      ['POST', '/delete'],
      ['POST', '/audit-log'],
      ['POST', '/reset'],
    ] as const) {
      const answer = await rawCall(method, `${path}${verb}`, { token: adminToken });
      expect([method, verb, [404, 405].includes(answer.status) || answer.status]).toEqual([method, verb, true]);
    }
    for (const method of ['TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND', 'HACK']) {
      expect([
        method,
        await raw(`${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminToken}\r\nConnection: close\r\n\r\n`),
      ]).toEqual([method, expect.stringMatching(/^(HTTP\/1\.1 4\d\d |$)/)]);
    }
    expect(
      (
        await rawCall('GET', path, {
          token: adminToken,
          headers: { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
        })
      ).status,
    ).toBe(200);
    expect(await saleOf(saleId)).toMatchObject({ status: 'open', version });
    expect((await visitorOf(saleId, adminToken).place()).status).toBe(401);
  });

  it('T22: metrics and health are not on the public port', async () => {
    for (const path of [
      '/metrics',
      '/livez',
      '/readyz',
      '/metrics/',
      '//metrics',
      '/%6detrics',
      '/api/../metrics',
      '/metrics?x=1',
      '/healthz',
      ...Object.values(rpcPaths),
    ]) {
      for (const method of ['GET', 'POST', 'HEAD']) {
        const answer = await raw(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n${last}`);
        expect([method, path, answer.split('\r\n', 1)[0]]).toEqual([method, path, 'HTTP/1.1 404 Not Found']);
      }
    }
  });
});

/** By npm run test:long alone: it takes the longest time limit, 15 s. */
const slowClients = (): void =>
  it('T12: slow and idle clients lose their connection', async () => {
    const drip = (opening: string) => {
      const { socket, ended } = dial(opening);
      const timer = setInterval(() => socket.write('a'), 1_000);
      return ended.finally(() => clearInterval(timer));
    };
    const [header, silent, requestLine, body] = await Promise.all([
      drip(`GET /api/sales HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `),
      dial().ended,
      drip('GET /api/sales'),
      drip(`POST /api/sales/none/queue HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n`),
    ]);
    for (const { tookMs } of [header, silent, requestLine]) expect(tookMs).toBeLessThan(12_000);
    expect(body.tookMs).toBeLessThan(17_500);
    for (const { answer } of [header, silent, requestLine, body]) expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
  });

describe('transport of requests', () => {
  if (isLong) slowClients();

  it('T13: a body without end is cut at 8 KB, announced or not, packed or not', async () => {
    const { saleId, mine } = await waiting();
    const head = `POST /api/sales/${saleId}/purchases HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${mine.token}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n`;
    const chunk = `400\r\n${'a'.repeat(1_024)}\r\n`;
    // The answer comes while the body still runs; only then does the rest of it, and the connection ends under it.
    const { socket, ended } = dial(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(12)}`);
    expect(
      String(
        await new Promise((resolve) => {
          socket.once('data', resolve).once('close', resolve);
        }),
      ),
    ).toMatch(/^HTTP\/1\.1 413 [^]*payload_too_large/);
    const more = setInterval(() => socket.write(chunk), 10);
    expect((await ended.finally(() => clearInterval(more))).tookMs).toBeLessThan(5_000);
    expect(await raw(`${head}Content-Length: 1000000000\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 413 /);
    const bomb = gzipSync(Buffer.alloc(1_000_000, ' '));
    expect(
      await raw(Buffer.concat([Buffer.from(`${head}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n${last}`), bomb])),
    ).toMatch(/^HTTP\/1\.1 4\d\d /);
    const deep = `${'['.repeat(4_000)}${']'.repeat(4_000)}`;
    expect(await raw(`${head}Content-Length: ${deep.length}\r\n${last}${deep}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`GET /api/sales HTTP/1.1\r\nHost: ${host}\r\n${'X-A: b\r\n'.repeat(5_000)}${last}`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('this is no HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"invalid_request"/);
    expect((await mine.place()).status).toBe(200);
  });

  it('T19: no request makes a service call another host', async () => {
    const { saleId } = await waiting();
    const seen: string[] = [];
    const other = createServer((request, response) => {
      seen.push(request.url!);
      response.end('another host');
    })
      .listen(0, '127.0.0.1')
      .unref();
    await until('the other host listens', () => other.listening);
    const elsewhere = `127.0.0.1:${(other.address() as { port: number }).port}`;
    const targets = [
      `http://${elsewhere}/`,
      `http://${elsewhere}/api/sales`,
      `http://${elsewhere}/api/sales/${saleId}`,
      'http://169.254.169.254/latest/meta-data/',
      `//${elsewhere}/`,
      `//${elsewhere}/api/sales`,
      `/..//${elsewhere}/`,
      `/%2e%2e/%2e%2e/${elsewhere}`,
      `/api/sales/%2e%2e%2f%2e%2e${rpcPaths.join.replaceAll('/', '%2f')}`,
      `/api/sales/../..${rpcPaths.join}`,
      `/api/sales/..%2f..%2fmetrics`,
      `/api/sales/@${elsewhere}`,
      `/api/sales/${saleId}%0d%0aHost:%20${elsewhere}`,
      `/api/sales/${saleId}#@${elsewhere}/`,
      `/\\${elsewhere}/`,
      `/api/sales/${saleId}?url=http://${elsewhere}/&redirect=//${elsewhere}`,
      '*',
      elsewhere,
      `@${elsewhere}`,
    ];
    const own = /^HTTP\/1\.1 (4\d\d |200 [^]*\r\n\r\n\{("sales":|"saleId":))/;
    for (const target of targets) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await raw(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n${last}`);
        expect([method, target, answer]).toEqual([method, target, expect.stringMatching(own)]);
      }
    }
    for (const lines of [
      `Host: ${elsewhere}`,
      `Host: ${host}\r\nX-Forwarded-Host: ${elsewhere}`,
      `Host: ${host}\r\nForwarded: host=${elsewhere}`,
      `Host: ${host}@${elsewhere}`,
      `Host: ${host}\r\nX-Original-URL: /metrics\r\nX-Rewrite-URL: /metrics`,
      `Host: ${host}\r\nX-Http-Destinationurl: http://${elsewhere}/`,
      'Host:',
    ]) {
      const answer = await raw(`GET /api/sales/${saleId} HTTP/1.1\r\n${lines}\r\n${last}`);
      expect([lines, answer]).toEqual([lines, expect.stringMatching(own)]);
      expect([lines, answer.includes(elsewhere)]).toEqual([lines, false]);
    }
    expect(await raw(`CONNECT ${elsewhere} HTTP/1.1\r\nHost: ${elsewhere}\r\n\r\n`)).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    expect(await raw(`GET /api/sales HTTP/1.1\r\n${last}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`GET /api/sales HTTP/1.1\r\nHost: ${host}\r\nHost: ${elsewhere}\r\n${last}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
    other.close();
  });

  it('T20: request smuggling: an ambiguous end is refused, and nothing behind it is served', async () => {
    const { saleId } = await waiting();
    // With a type, so that each is refused for how it is framed and not for what it is.
    const start = `POST /api/sales/${saleId}/queue HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`;
    const hidden = `DELETE /api/sales/${saleId}/queue/me HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const corpus: Record<string, string> = {
      'CL and TE': `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      'TE and CL': `${start}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`,
      'two CL': `${start}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      'two equal CL': `${start}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`,
      'list of CL': `${start}Content-Length: 0, ${hidden.length}\r\n\r\n${hidden}`,
      'CL with a sign': `${start}Content-Length: +0\r\n\r\n${hidden}`,
      'negative CL': `${start}Content-Length: -1\r\n\r\n${hidden}`,
      'CL in hex': `${start}Content-Length: 0x0\r\n\r\n${hidden}`,
      'huge CL': `${start}Content-Length: 18446744073709551616\r\n\r\n${hidden}`,
      'space before the colon': `${start}Content-Length : 0\r\n\r\n${hidden}`,
      'TE with a space before the colon': `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      'TE not chunked last': `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
      'TE xchunked': `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
      'two TE': `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
      'TE folded': `${start}Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`,
      'obs-fold': `${start}X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n`,
      'first header folded': `POST /api/sales/${saleId}/queue HTTP/1.1\r\n Host: ${host}\r\nContent-Length: 0\r\n\r\n`,
      'bare LF after a header': `${start}X-A: b\nContent-Length: 0\r\n\r\n${hidden}`,
      'bare LF only': `POST /api/sales/${saleId}/queue HTTP/1.1\nHost: ${host}\nContent-Length: 0\n\n`,
      'bare CR in a header': `${start}X-A: b\rTransfer-Encoding: chunked\r\n\r\n`,
      'zero byte in a header': `${start}X-A: b\0\r\nContent-Length: 0\r\n\r\n`,
      'chunk size in doubt': `${start}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`,
      'chunk size with a sign': `${start}Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n`,
      'chunk size too large': `${start}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n`,
      'chunk ends with LF': `${start}Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n`,
      'HTTP/1.0 with TE': `POST /api/sales/${saleId}/queue HTTP/9.9\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    };
    const answers = await Promise.all(
      Object.entries(corpus).map(async ([name, text]) => [name, (await raw(text)).match(/^HTTP\/1\.1 \d\d\d/gm)] as const),
    );
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(answers.map(([name]) => [name, ['HTTP/1.1 400']])));
    expect(await saleOf(saleId)).toMatchObject({ waiting: 1, left: 0 });
  });
});
