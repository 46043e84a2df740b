import { randomUUID } from 'node:crypto';
import { inTurn, ms, rate, startNaive, times, type Bench, type Row } from './lib.ts';
import { batchOfOne, naiveJoin, post } from './joins.ts';
import { throughput } from './wrk.ts';

const seconds = 4;

/** Latency of joins at low load: one client alone, and 64 and 256 connections, each of which waits for its answer before it asks again. */
export const fewJoins = async (bench: Bench): Promise<Row[]> => {
  const saleId = 'bench_few';
  await bench.create(saleId);
  const naive = await startNaive(bench, 0);
  const ours = { port: bench.port('gateway'), requests: [post(`/api/sales/${saleId}/queue`)] };
  const alone = { port: bench.port('queue'), requests: [batchOfOne('join', { saleId })] };
  const theirs = () => ({ port: naive.port, requests: Array.from({ length: 40_000 }, () => naiveJoin(randomUUID())) });
  // The first seconds compile.
  await throughput({ ...ours, connections: 64, seconds });
  const rows: Row[] = [];
  const [one, direct] = (await inTurn([
    () => throughput({ ...ours, connections: 1, seconds }),
    () => throughput({ ...alone, connections: 1, seconds }),
  ])) as [number, number];
  rows.push({
    what: 'a join of one client alone : the queue service asked directly',
    measured: ms(1_000 / one),
    reference: ms(1_000 / direct),
    ratio: times(direct / one),
    target: '≤ 2 ms or ≤ 1.5 ×',
    met: 1_000 / one <= 2 || direct / one <= 1.5,
  });
  for (const connections of [64, 256]) {
    const [gateway, reference] = (await inTurn([
      () => throughput({ ...ours, connections, seconds }),
      () => throughput({ ...theirs(), connections, seconds }),
    ])) as [number, number];
    rows.push({
      what: `joins of ${connections} connections : naive server`,
      measured: `${rate(gateway)}, ${ms((1_000 * connections) / gateway)} each`,
      reference: `${rate(reference)}, ${ms((1_000 * connections) / reference)} each`,
      ratio: times(gateway / reference),
      target: connections === 64 ? '≥ 3.5 ×' : 'between few and many',
      met: connections === 64 ? gateway / reference >= 3.5 : null,
    });
  }
  await naive.stop();
  return rows;
};
