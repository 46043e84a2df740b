import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { readOptions } from '../crowd/options.ts';
import { createReport } from '../crowd/report.ts';
import { createVisits } from '../crowd/visitor.ts';

const keys: unknown[] = [];
const server = createServer((request, response) => {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', 'retry-after': '0' });
    response.end(JSON.stringify(body));
  };
  if (request.method === 'DELETE') return void response.writeHead(204).end();
  keys.push(request.headers['idempotency-key']);
  if (keys.length === 1) return void request.socket.destroy();
  if (keys.length === 2) return answer(503, { code: 'unavailable' });
  answer(201, { token: 'a.b.c', visitor: { visitorId: 'v', state: 'waiting', seq: 1, position: 1 } });
});
afterEach(() => void server.close());

it('a visitor of npm run crowd repeats a join without an answer under one key', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = readOptions(['--sale', 'concert', '--gateway', gateway, '--leave', '1']);
  if (options === 'help') throw new Error('these are options');
  const report = createReport();
  await createVisits(options, report, () => 0).visit();
  expect(report.of('joined')).toBe(1);
  expect(keys).toHaveLength(3);
  expect(keys[0]).toMatch(/^[\w-]{8,}$/);
  expect(new Set(keys).size).toBe(1);
}, 20_000);
