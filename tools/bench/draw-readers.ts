import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '@sunbeon/contracts';
import { connections, inTurn, megabytes, metricOf, rate, rssBytes, startBare, times, valueOf, type Bench, type Row } from './lib.ts';
import { fillLobby, untilDrawn } from './lobby.ts';
import { throughput } from './wrk.ts';

const saleId = 'bench_draw_readers';
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: bench\r\n\r\n`;
const path = `/api/sales/${saleId}/draw`;
/** Different addresses of one load. */
const different = 20_000;
const most = { readsPerSecond: 2, memoryBytes: 96 * 1_048_576 } as const;

/** What anybody can make the public draw cost: answers of one gateway beside a constant, its reads of Redis, its memory. */
export const drawReaders = async (bench: Bench, visitors: number, seconds: number): Promise<Row[]> => {
  await fillLobby(bench, saleId, visitors);
  valueOf('open', await bench.operator.open(saleId));
  await untilDrawn(bench, saleId);
  // An answer of before may be shared for a second.
  await pause(1_500);
  const { root } = valueOf('draw', await bench.client.draw(saleId));
  const pages = Math.ceil(visitors / limits.rosterPageEntries);
  const loads = {
    draw: [get(path)],
    page: Array.from({ length: pages }, (_, page) => get(`${path}/${root}/entries/${page}`)),
    root: Array.from({ length: different }, (_, i) => get(`${path}/${randomBytes(32).toString('hex')}/entries/${i % pages}`)),
    beyond: Array.from({ length: different }, (_, i) => get(`${path}/${root}/entries/${pages + i}`)),
    spelled: Array.from({ length: different }, (_, i) => get(`${path}/${root}/entries/${i % pages}?${randomBytes(8).toString('hex')}`)),
  } as const;
  const bare = await startBare();
  const job = { port: bench.port('gateway'), connections: Math.min(128, connections), seconds };
  const gateway = bench.stack.processes.get('gateway-0')!.pid;

  /** Reads of Redis for draws and rosters, by the gateway's own count. */
  const reads = async (): Promise<number> => {
    const counts = ['read-draw', 'read-roster'].map((script) =>
      metricOf(bench, 'gateway-0', 'sunbeon_script_duration_seconds_count', `script="gateway/${script}"`),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };
  try {
    const [draw, constant, page, constantPage] = (await inTurn([
      () => throughput({ ...job, requests: [...loads.draw] }),
      () => throughput({ ...job, port: bare.port, requests: [get(`/api/sales/${saleId}/queue/me`)] }),
      () => throughput({ ...job, requests: loads.page }),
      () => throughput({ ...job, port: bare.port, requests: [get('/page')] }),
    ])) as [number, number, number, number];
    const before = rssBytes(gateway);
    const rows: Row[] = [];
    for (const [name, what] of [
      ['draw', 'the draw'],
      ['page', 'pages of the roster'],
      ['spelled', 'pages with other queries'],
      ['root', 'pages of random roots'],
      ['beyond', 'pages beyond the end'],
    ] as const) {
      const [from, readsBefore] = [performance.now(), await reads()];
      const answers = await throughput({ ...job, requests: [...loads[name]], refused: name === 'root' || name === 'beyond' });
      const own = (await reads()) - readsBefore;
      const perSecond = own / ((performance.now() - from) / 1_000);
      rows.push({
        what: `reads of Redis a second by requests for ${what}`,
        measured: perSecond.toFixed(1),
        reference: rate(answers),
        ratio: `${((own * 10_000) / (answers * seconds)).toFixed(1)} for 10,000 requests`,
        target: `≤ ${most.readsPerSecond} a second, however many requests`,
        met: perSecond <= most.readsPerSecond,
      });
    }
    const after = rssBytes(gateway);
    return [
      {
        what: 'the draw, answers of one gateway : a Fastify server that answers a constant',
        measured: rate(draw),
        reference: rate(constant),
        ratio: times(draw / constant),
        target: '≥ 0.5 ×',
        met: draw / constant >= 0.5,
      },
      {
        what: `pages of a roster of ${visitors} : a Fastify server that answers a constant of 128 KB`,
        measured: rate(page),
        reference: rate(constantPage),
        ratio: times(page / constantPage),
        target: '≥ 0.5 ×',
        met: page / constantPage >= 0.5,
      },
      ...rows,
      {
        what: `memory of the gateway by ${different} different addresses of each kind`,
        measured: `${megabytes(before)} → ${megabytes(after)}`,
        reference: `the pages: ${megabytes(visitors * 32)}`,
        ratio: megabytes(after - before),
        target: `≤ ${megabytes(most.memoryBytes)}`,
        met: after - before <= most.memoryBytes,
      },
    ];
  } finally {
    await bare.stop();
  }
};
