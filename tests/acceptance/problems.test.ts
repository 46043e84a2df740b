import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  errorCatalogue,
  errorsMarkdown,
  limits,
  problemTypeOf,
  publicRoutes,
  type ErrorCode,
  type Fault,
  type Problem,
} from '@sunbeon/contracts';
import { adminToken } from '../fixtures/stack.mjs';
import { createSale, gateways, joinAs, newSaleId, saleOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';

const { hostname, port, host } = new URL(gateways()[0]!);
/** Sends bytes; resolves with status, headers and body of the one answer. */
const raw = async (bytes: string, to = Number(port)) => {
  let text = '';
  await new Promise<void>((resolve) => {
    const socket = connect(to, hostname)
      .on('data', (data) => {
        text += String(data);
      })
      .on('error', () => {})
      .on('close', () => resolve());
    socket.write(bytes);
    socket.setTimeout(3_000, () => socket.destroy());
  });
  const [head, body = ''] = text.split(/\r\n\r\n([^]*)/);
  return { status: Number(head!.slice(9, 12)), head: head!, body };
};
const last = 'Connection: close\r\n\r\n';
const get = (line: string, headers = '') => `${line} HTTP/1.1\r\nHost: ${host}\r\n${headers}${last}`;
const sized = (line: string, headers: string, body: string) => `${get(line, `${headers}Content-Length: ${body.length}\r\n`)}${body}`;
const upgrade = (line: string, headers: string) => `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\n${headers}\r\n`;
const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

/** A refusal is a problem document: status and title of its code, an address as its type, no internals. */
const isProblem = ({ head, body, status }: { head: string; body: string; status: number }, code: ErrorCode) => {
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  const text = /transfer-encoding: chunked/i.test(head) ? body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1) : body;
  expect(JSON.parse(text)).toMatchObject({ type: problemTypeOf(code), title: errorCatalogue[code].title, status, code });
  expect(text).not.toMatch(/node_modules|at .*\.[jt]s|FST_/);
};

describe('D17: every refusal is a problem document', () => {
  it('also the refusals of the HTTP layer', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    const stream = `GET /api/sales/${saleId}/live`;
    const websocket = `Upgrade: websocket\r\nSec-WebSocket-Protocol: sunbeon.v1, bearer.${token}\r\n`;
    const json = 'Content-Type: application/json\r\n';
    const join = `POST /api/sales/${saleId}/queue`;
    const cases: [string, ErrorCode, string][] = [
      ['bad percent-encoding', 'invalid_request', get('GET /api/sales/%zz')],
      ['half of a character', 'invalid_request', get('GET /api/sales/%ff')],
      ['a long path', 'uri_too_long', get(`GET /api/sales/${'a'.repeat(300)}`)],
      ['a path of 5 KB', 'uri_too_long', get(`GET /api/sales/${'a'.repeat(5_000)}`)],
      ['an unknown path', 'route_not_found', get('GET /nowhere')],
      ['an unknown file of the docs', 'route_not_found', get('GET /docs/none')],
      ['an unknown method', 'invalid_request', get('HACK /api/sales')],
      ['no HTTP', 'invalid_request', 'hello\r\n\r\n'],
      ['an expectation', 'expectation_failed', sized(join, 'Expect: cookies\r\n', '')],
      ['no host', 'invalid_request', `GET /api/sales HTTP/1.1\r\n${last}`],
      ['two hosts', 'invalid_request', get('GET /api/sales', 'Host: other\r\n')],
      ['headers of 20 KB', 'headers_too_large', get('GET /api/sales', `X: ${'a'.repeat(20_000)}\r\n`)],
      ['a length that is no number', 'invalid_request', get(join, 'Content-Length: x\r\n')],
      ['half of a JSON', 'invalid_request', sized(join, json, '{')],
      ['a prototype', 'invalid_request', sized(join, json, '{"__proto__":{"a":1}}')],
      ['text', 'unsupported_media_type', sized(join, 'Content-Type: text/plain\r\n', 'a')],
      ['a broken type', 'unsupported_media_type', sized(join, 'Content-Type: ;\r\n', 'a')],
      ['a body of 9 KB', 'payload_too_large', sized(join, json, `"${'a'.repeat(9_000)}"`)],
      ['the stream without an upgrade', 'upgrade_required', get(stream, `Sec-WebSocket-Protocol: sunbeon.v1, bearer.${token}\r\n`)],
      ['an old version', 'upgrade_required', upgrade(stream, `${websocket}${key}Sec-WebSocket-Version: 7\r\n`)],
      ['no version', 'upgrade_required', upgrade(stream, websocket + key)],
      ['no key', 'invalid_request', upgrade(stream, `${websocket}Sec-WebSocket-Version: 13\r\n`)],
      ['a short key', 'invalid_request', upgrade(stream, `${websocket}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n`)],
      [
        'a protocol twice',
        'invalid_request',
        upgrade(stream, `Upgrade: websocket\r\nSec-WebSocket-Protocol: a, a, bearer.${token}\r\nSec-WebSocket-Version: 13\r\n${key}`),
      ],
      ['h2c to the stream', 'upgrade_required', upgrade(stream, websocket.replace('websocket', 'h2c'))],
      ['an upgrade of a bad path', 'invalid_request', upgrade('GET /api/sales/%zz/live', 'Upgrade: websocket\r\n')],
    ];
    for (const [name, code, bytes] of cases) {
      const answer = await raw(bytes);
      expect([name, answer.status]).toEqual([name, errorCatalogue[code].status]);
      isProblem(answer, code);
    }
  });

  it('an unsupported method of an address is 405, with `Allow`', async () => {
    const paths = new Map<string, Set<string>>([
      ['/openapi.json', new Set(['GET', 'HEAD'])],
      ['/asyncapi.json', new Set(['GET', 'HEAD'])],
      ['/docs/errors', new Set(['GET', 'HEAD'])],
    ]);
    for (const { url, method } of Object.values(publicRoutes)) {
      const path = url.replace(':sale', 'one').replace(':hold', `h_${'a'.repeat(22)}`);
      paths.set(path, new Set([...(paths.get(path) ?? []), method, ...(method === 'GET' ? ['HEAD'] : [])]));
    }
    for (const [path, known] of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].filter(
        (one) => !known.has(one),
      )) {
        // The router takes `me` for a hold's id here, which is refused with 400.
        if (method === 'DELETE' && path.endsWith('/holds/me')) continue;
        // `redeem` for a pass's id, which needs a shop key: 401.
        if (['GET', 'HEAD'].includes(method) && path === '/api/passes/redeem') continue;
        const answer = await raw(get(`${method} ${path}`, 'Content-Length: 0\r\n'));
        expect([method, path, answer.status, /^allow: (.*)$/im.exec(answer.head)?.[1]]).toEqual([
          method,
          path,
          405,
          [...known].sort().join(', '),
        ]);
        if (method !== 'HEAD') isProblem(answer, 'method_not_allowed');
      }
    }
    for (const ops of process.env['TEST_OPS']!.split(','))
      isProblem(await raw(get('DELETE /metrics'), Number(new URL(ops).port)), 'method_not_allowed');
    expect((await raw(get('OPTIONS /api/sales', 'Origin: http://shop.test\r\nAccess-Control-Request-Method: POST\r\n'))).status).toBe(204);
    expect((await raw(get('OPTIONS /api/sales', 'Origin: http://shop.test\r\n'))).status).toBe(204);
  });

  it('names every fault with its property, up to a limit', async () => {
    const faults = async (method: string, path: string, options: Parameters<typeof rawCall>[2]) => {
      const { status, body } = await rawCall<Problem>(method, path, options);
      return [status, (body.errors ?? []).map(({ path: of }: Fault) => of).sort()];
    };
    const saleId = await createSale();
    const { token } = await joinAs(saleId);
    const admin = { token: adminToken };
    expect(
      await faults('POST', '/api/admin/sales', { ...admin, body: { saleId: 'A b', stock: -1, activeLimit: 'x', 'a/b': 1, colour: 2 } }),
    ).toEqual([400, ['/activeLimit', '/a~1b', '/colour', '/saleId', '/stock', '/title']]);
    expect(
      await faults('PATCH', `/api/admin/sales/${saleId}`, {
        ...admin,
        body: { claimSeconds: 0, holdSeconds: 0.5, opensAt: 7, message: 8 },
      }),
    ).toEqual([400, ['/claimSeconds', '/holdSeconds', '/message', '/opensAt']]);
    expect(await faults('POST', `/api/admin/sales/${saleId}/stock`, { ...admin, body: {} })).toEqual([400, ['/add']]);
    expect(await faults('POST', `/api/admin/sales/${saleId}/stock`, admin)).toEqual([400, ['']]);
    for (const what of ['purchases', 'holds']) {
      expect(
        await faults('POST', `/api/sales/${saleId}/${what}`, {
          token,
          body: { quantity: '1', more: 1 },
          headers: { 'idempotency-key': 'k' },
        }),
      ).toEqual([400, ['/more', '/quantity']]);
      expect(await faults('POST', `/api/sales/${saleId}/${what}`, { token, body: { quantity: 1 } })).toEqual([
        400,
        ['header/idempotency-key'],
      ]);
    }
    expect(await faults('GET', `/api/admin/sales/${saleId}/stats?after=x`, admin)).toEqual([400, ['query/after']]);
    expect(await faults('GET', '/api/sales/A', {})).toEqual([400, ['path/sale']]);
    const many = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`a${i}`, 1]));
    expect(JSON.stringify(many).length).toBeLessThan(limits.bodyBytes);
    const [status, paths] = await faults('PATCH', `/api/admin/sales/${saleId}`, { ...admin, body: many });
    expect([status, (paths as string[]).length]).toEqual([400, 100]);
  });

  it('half of a character is refused in every text of an operator, and changes nothing', async () => {
    const saleId = await createSale();
    const { version } = await saleOf(saleId);
    const [half, admin] = ['a\ud83c', `/api/admin/sales/${saleId}`];
    const created = { saleId: newSaleId(), title: half, stock: 1 };
    for (const [method, path, body, of] of [
      ['POST', '/api/admin/sales', created, '/title'],
      ['PATCH', admin, { title: half }, '/title'],
      ['PATCH', admin, { message: half }, '/message'],
      ['PATCH', admin, { members: { issuer: half, audience: 'a', jwksUri: 'https://a.example' } }, '/members/issuer'],
      ['POST', `${admin}/planned`, { at: '2099-01-01T00:00:00Z', change: { message: half } }, '/change/message'],
      ['POST', `${admin}/codes`, { count: 1, label: half }, '/label'],
      ['POST', `${admin}/orders/p_${'a'.repeat(22)}/cancel`, { reason: half, restock: true }, '/reason'],
    ] as const)
      expect([path, of, await rawCall(method, path, { token: adminToken, body })]).toMatchObject([
        path,
        of,
        { status: 400, body: { code: 'invalid_request', errors: [{ path: of }] } },
      ]);
    expect((await saleOf(saleId)).version).toBe(version);
    expect((await rawCall('GET', `${admin}/planned`, { token: adminToken })).body).toEqual({ planned: [] });
    expect((await rawCall('GET', `/api/sales/${created.saleId}`)).status).toBe(404);
  });

  it('a JSON content type without a body is no fault where no body is needed', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    const headers = { 'content-type': 'application/json' };
    for (const verb of ['pause', 'resume', 'close', 'open'])
      expect([verb, (await rawCall('POST', `/api/admin/sales/${saleId}/${verb}`, { token: adminToken, headers })).status]).toEqual([
        verb,
        200,
      ]);
    expect((await rawCall('POST', `/api/sales/${saleId}/queue`, { token, headers })).status).toBe(200);
    expect((await rawCall('POST', `/api/sales/${saleId}/queue/me/claim`, { token, headers })).body).toMatchObject({ code: 'not_admitted' });
    expect((await rawCall('POST', `/api/sales/${saleId}/holds/h_${'a'.repeat(22)}/confirm`, { token, headers })).body).toMatchObject({
      code: 'hold_not_found',
    });
    expect((await rawCall('DELETE', `/api/sales/${saleId}/queue/me`, { token, headers })).status).toBe(204);
  });

  it('zero bytes are no body, whatever type they are said to have', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    const form = `Authorization: Bearer ${token}\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
    expect((await raw(sized(`POST /api/sales/${saleId}/queue`, form, ''))).status).toBe(200);
    isProblem(await raw(sized(`POST /api/sales/${saleId}/queue`, form, 'a=1')), 'unsupported_media_type');
  });

  it('a 401 names the scheme, whichever service judged it', async () => {
    const jwksUri = 'https://keys.example/jwks';
    const saleId = await createSale();
    const members = await createSale({ identity: 'member', members: { issuer: 'a', audience: 'b', jwksUri } });
    for (const [method, path, options] of [
      ['GET', `/api/sales/${saleId}/queue/me`, {}],
      ['GET', `/api/sales/${saleId}/queue/me`, { token: 'forged' }],
      ['POST', `/api/sales/${saleId}/queue/me/claim`, {}],
      ['POST', `/api/sales/${members}/queue`, {}],
      ['GET', `/api/admin/sales/${saleId}`, { token: 'wrong' }],
      ['GET', `/api/admin/sales/${saleId}/orders?format=csv`, { token: 'wrong' }],
    ] as const) {
      const { status, headers } = await rawCall(method, path, options);
      expect([path, status, headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
    }
  });

  it('there is none for a version whose tag a proxy made weak', async () => {
    const saleId = await createSale();
    const { version } = await saleOf(saleId);
    const change = (tag: string) =>
      rawCall('PATCH', `/api/admin/sales/${saleId}`, { token: adminToken, body: { title: 'New' }, headers: { 'if-match': tag } });
    expect((await change(`W/"${version}"`)).status).toBe(200);
    expect((await change(`W/"${version}"`)).body).toMatchObject({ code: 'version_conflict' });
    expect((await change(`W/${version + 1}`)).body).toMatchObject({ code: 'invalid_request' });
  });

  it('its type is the address of a paragraph with cause and remedy', async () => {
    const page = await (await fetch(`${gateways()[0]}${problemTypeOf('sold_out')}`)).text();
    for (const code of Object.keys(errorCatalogue)) expect(page).toContain(`<section id="${code}">`);
    expect(readFileSync('docs/ERRORS.md', 'utf8')).toBe(errorsMarkdown());
  });
});
