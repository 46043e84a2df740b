import { randomUUID } from 'node:crypto';
import { rpcPaths, type RpcItem, type RpcMethod } from '@sunbeon/contracts';
import { createTokens, rpcHeader } from '@sunbeon/runtime';
import { tokenSecret } from '../../tests/fixtures/stack.mjs';
import { blast, connections, inTurn, ms, rate, startBare, startNaive, times, valueOf, type Bench, type Row } from './lib.ts';
import type { BlastResult } from './blast.ts';
import { throughput } from './wrk.ts';

const seconds = 5;
const get = (path: string, token?: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: bench\r\n${token ? `authorization: Bearer ${token}\r\n` : ''}\r\n`;
export const post = (path: string): string => `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-length: 0\r\n\r\n`;
/** An RPC batch with one item: the queue service has no other interface for joins. */
const { rpcCredential } = createTokens(tokenSecret);
export const batchOfOne = (method: RpcMethod, item: RpcItem): string => {
  const body = JSON.stringify({ items: [item] });
  return `POST ${rpcPaths[method]} HTTP/1.1\r\nhost: bench\r\n${rpcHeader}: ${rpcCredential}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

export const naiveJoin = (userId: string): string => {
  const body = JSON.stringify({ userId });
  return `POST /queue HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

const sound = (what: string, result: BlastResult): BlastResult => {
  if (result.failed > 0 || result.answered === 0)
    throw new Error(`${what}: ${result.failed} failed, ${result.answered} answered\n${result.failures.join('\n')}`);
  return result;
};

const compare = async (
  bench: Bench,
  what: string,
  ourRequests: string[],
  aloneRequests: string[],
  naiveRequests: () => string[],
  naivePort: number,
): Promise<Row[]> => {
  const job = { connections, seconds };
  const bare = await startBare();
  const [gateway, alone, naive, nothing] = (await inTurn([
    () => throughput({ ...job, port: bench.port('gateway'), requests: ourRequests }),
    () => throughput({ ...job, port: bench.port('queue'), requests: aloneRequests }),
    () => throughput({ ...job, port: naivePort, requests: naiveRequests() }),
    () => throughput({ ...job, port: bare.port, requests: ourRequests }),
  ])) as [number, number, number, number];
  await bare.stop();
  // Latency below saturation: the same open loop for both, at three quarters of the slower one's throughput.
  const open = Math.floor(0.75 * Math.min(naive, gateway));
  const latency = async (port: number, requests: string[]): Promise<number> =>
    -sound(what, await blast({ ...job, port, rate: open, requests })).p99;
  const [ours, theirs] = (await inTurn([() => latency(bench.port('gateway'), ourRequests), () => latency(naivePort, naiveRequests())])).map(
    (best) => -best,
  ) as [number, number];
  return [
    {
      what: `${what} through the gateway : the queue service alone`,
      measured: rate(gateway),
      reference: rate(alone),
      ratio: times(gateway / alone),
      target: '≥ 0.65 ×',
      met: gateway / alone >= 0.65,
    },
    {
      what: `${what} through the gateway : naive server`,
      measured: rate(gateway),
      reference: rate(naive),
      ratio: times(gateway / naive),
      target: '≥ 3 ×',
      met: gateway / naive >= 3,
    },
    {
      what: `${what} through the gateway : a Fastify server that answers a constant`,
      measured: rate(gateway),
      reference: rate(nothing),
      ratio: times(gateway / nothing),
      target: 'how far from what HTTP allows',
      met: null,
    },
    {
      what: `${what}, p99 at ${rate(open)} (open loop) : naive server`,
      measured: ms(ours),
      reference: ms(theirs),
      ratio: times(ours / theirs),
      target: '≤ 1 ×',
      met: ours <= theirs,
    },
  ];
};

/** Joins and places by polling: tokens, validation and `appendfsync always` included. */
export const joins = async (bench: Bench): Promise<Row[]> => {
  const saleId = 'bench_joins';
  await bench.create(saleId);
  const path = `/api/sales/${saleId}/queue`;
  const naive = await startNaive(bench, 0);
  // A visitor joins once: each run has its own visitors.
  const crowd = (): string[] => Array.from({ length: 120_000 }, () => naiveJoin(randomUUID()));
  const joined = await compare(bench, 'joins', [post(path)], [batchOfOne('join', { saleId })], crowd, naive.port);
  const tokens = await Promise.all(Array.from({ length: 200 }, async () => valueOf('join', await bench.client.join(saleId)).token));
  const users = Array.from({ length: 200 }, () => randomUUID());
  // The naive server has an API of its own.
  for (const user of users)
    await fetch(`http://127.0.0.1:${naive.port}/queue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: user }),
    });
  const places = await compare(
    bench,
    'places',
    tokens.map((token) => get(`${path}/me`, token)),
    tokens.map((token) => batchOfOne('place', { saleId, token })),
    () => users.map((user) => get(`/queue/${user}`)),
    naive.port,
  );
  await naive.stop();
  return [...joined, ...places];
};
