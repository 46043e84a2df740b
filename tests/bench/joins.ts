import { randomUUID } from 'node:crypto';
import { blast, ms, rate, startNaive, times, type Bench, type Row } from './lib.ts';
import type { BlastResult } from './blast.ts';

const seconds = 6;
/** A crowd comes on many connections; fewer than this would measure how long one batch takes. */
const connections = 256;
const get = (path: string, token?: string): string => `GET ${path} HTTP/1.1\r\nhost: bench\r\n${token ? `authorization: Bearer ${token}\r\n` : ''}\r\n`;
const post = (path: string): string => `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-length: 0\r\n\r\n`;

const naiveJoin = (userId: string): string => {
  const body = JSON.stringify({ userId });
  return `POST /queue HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

const sound = (what: string, result: BlastResult): BlastResult => {
  if (result.failed > 0 || result.answered === 0) throw new Error(`${what}: ${result.failed} failed, ${result.answered} answered\n${result.failures.join('\n')}`);
  return result;
};

/** Two servers, measured in turn and twice, so that a slow moment of the machine hits both. */
const inTurn = async (one: () => Promise<BlastResult>, other: () => Promise<BlastResult>): Promise<[BlastResult, BlastResult]> => {
  const first = [await one(), await other()] as const;
  const second = [await one(), await other()] as const;
  const better = (a: BlastResult, b: BlastResult): BlastResult => (a.perSecond >= b.perSecond ? a : b);
  return [better(first[0], second[0]), better(first[1], second[1])];
};

const compare = async (bench: Bench, what: string, request: (service: 'gateway' | 'queue') => string[], naiveRequests: string[], naivePort: number): Promise<Row[]> => {
  const load = (port: number, requests: string[], perSecond = 0): Promise<BlastResult> => blast({ port, connections, seconds, rate: perSecond, requests }).then((result) => sound(what, result));
  const [gateway, alone] = await inTurn(() => load(bench.port('gateway'), request('gateway')), () => load(bench.port('queue'), request('queue')));
  const naive = await load(naivePort, naiveRequests);
  // Latency where both can follow: the same open loop for both, at three quarters of what the slower one carries.
  const open = Math.floor(0.75 * Math.min(naive.perSecond, gateway.perSecond));
  const ours = await load(bench.port('gateway'), request('gateway'), open);
  const theirs = await load(naivePort, naiveRequests, open);
  return [
    { what: `${what} through the gateway : the queue service alone`, measured: rate(gateway.perSecond), reference: rate(alone.perSecond), ratio: times(gateway.perSecond / alone.perSecond), target: '≥ 0.65 ×', met: gateway.perSecond / alone.perSecond >= 0.65 },
    { what: `${what} through the gateway : naive server`, measured: rate(gateway.perSecond), reference: rate(naive.perSecond), ratio: times(gateway.perSecond / naive.perSecond), target: '≥ 3 ×', met: gateway.perSecond / naive.perSecond >= 3 },
    { what: `${what}, p99 at ${rate(open)} (open loop) : naive server`, measured: ms(ours.p99), reference: ms(theirs.p99), ratio: times(ours.p99 / theirs.p99), target: '≤ 1 ×', met: ours.p99 <= theirs.p99 },
  ];
};

/** Joins and places by polling: tokens, validation and `appendfsync always` included. */
export const joins = async (bench: Bench): Promise<Row[]> => {
  await bench.create('bench_joins');
  const path = '/api/sales/bench_joins/queue';
  const naive = await startNaive(bench, 0);
  // Everybody joins once; the load asks for more people than can come in its time.
  const users = Array.from({ length: 400_000 }, () => randomUUID());
  const joined = await compare(bench, 'joins', () => [post(path)], users.map(naiveJoin), naive.port);
  const tokens = await Promise.all(Array.from({ length: 200 }, async () => ((await (await fetch(`${bench.stack.gateways[0]}${path}`, { method: 'POST' })).json()) as { token: string }).token));
  const places = await compare(bench, 'places', () => tokens.map((token) => get(`${path}/me`, token)), users.slice(1, 201).map((user) => get(`/queue/${user}`)), naive.port);
  await naive.stop();
  return [...joined, ...places];
};
