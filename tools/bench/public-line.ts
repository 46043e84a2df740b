import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { keys } from '@sunbeon/contracts';
import { placeOf, type Bitmaps, type Line } from '@sunbeon/line';
import { connections, inTurn, rate, startBare, times, valueOf, type Bench, type Row } from './lib.ts';
import { joinAll, leaveAll, newVisitors } from './line.ts';
import { throughput } from './wrk.ts';

const saleId = 'bench_public_line';
const path = `/api/sales/${saleId}/line`;
const get = (headers = ''): string => `GET ${path} HTTP/1.1\r\nhost: bench\r\n${headers}\r\n`;
const samples = 10_000;
const bytesWanted = 2_048;

/** The public line of a long line, a tenth of which has left: places beside Redis, bytes, answers of one gateway beside a constant, commands of Redis. */
export const publicLine = async (bench: Bench, visitors: number, seconds: number, say: (text: string) => void): Promise<Row[]> => {
  await bench.create(saleId);
  const crowd = newVisitors(visitors);
  await joinAll(bench.redis, saleId, crowd);
  say('joined');
  const left = crowd.map(() => Math.random() < 0.1);
  const leavers = crowd.filter((_, i) => left[i]);
  await leaveAll(bench.redis, saleId, leavers);
  say(`${leavers.length} left`);
  await pause(3_000);

  const line: Line = valueOf('line', await bench.client.line(saleId));
  const bitmaps = new Map<number, Uint8Array>();
  const placed = async (seq: number) => {
    let place = placeOf(line, seq, bitmaps satisfies Bitmaps, line.generation);
    for (const { block, count } of place.state === 'incomplete' ? place.blocks : [])
      bitmaps.set(block, valueOf('departures', await bench.client.departures(saleId, line.generation, block, count)));
    if (place.state === 'incomplete') place = placeOf(line, seq, bitmaps, line.generation);
    return place;
  };
  const asked: { visitor: string; seq: number }[] = [];
  while (asked.length < samples) {
    const i = Math.floor(Math.random() * visitors);
    if (!left[i]) asked.push({ visitor: crowd[i]!, seq: i + 1 });
  }
  const wrong: number[] = [];
  for (const { visitor, seq } of asked) {
    const [place, rank] = [await placed(seq), await bench.redis.zrank(keys.queue(saleId), visitor)];
    if (place.state !== 'waiting' || place.position !== rank! + 1) wrong.push(seq);
  }

  const text = JSON.stringify(line);
  const bare = await startBare();
  const job = { port: bench.port('gateway'), connections: Math.min(128, connections), seconds };
  const etagNow = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${job.port}${path}`, { headers: { 'accept-encoding': 'identity' } })).headers.get('etag')!;
  /** Answers 304 a second. A quiet line is renewed every 10 s under another ETag: a run begins just after that and counts if it ends before the next. */
  const unchangedNow = async (): Promise<number> => {
    for (let tries = 0; tries < 5; tries += 1) {
      const before = await etagNow();
      let etag = before;
      for (; etag === before; etag = await etagNow()) await pause(100);
      const perSecond = await throughput({ ...job, requests: [get(`if-none-match: ${etag}\r\n`)], refused: true });
      if ((await etagNow()) === etag) return perSecond;
    }
    throw new Error('the line changes too often for a measurement of 304');
  };
  const started = performance.now();
  await bench.redis.config('RESETSTAT');
  const [ours, compressed, unchanged, constant] = (await inTurn([
    () => throughput({ ...job, requests: [get()] }),
    () => throughput({ ...job, requests: [get('accept-encoding: gzip\r\n')] }),
    unchangedNow,
    () => throughput({ ...job, port: bare.port, requests: [`GET /line/${text.length} HTTP/1.1\r\nhost: bench\r\n\r\n`] }),
  ])) as [number, number, number, number];
  const tookSeconds = (performance.now() - started) / 1_000;
  const commands = [...(await bench.commands()).values()].reduce((sum, { calls }) => sum + calls, 0);
  await bare.stop();
  const gzipped = gzipSync(text).length;
  return [
    {
      what: `places by the public line of ${visitors}, a tenth of it gone : ZRANK + 1`,
      measured: `${asked.length - wrong.length} right`,
      reference: `${asked.length} sampled`,
      ratio: `${wrong.length} wrong`,
      target: '0 wrong',
      met: wrong.length === 0 && asked.length > 0,
    },
    {
      what: `bytes of the line of ${visitors}`,
      measured: `${gzipped} compressed`,
      reference: `${text.length} plain`,
      ratio: String(gzipped),
      target: `≤ ${bytesWanted} compressed`,
      met: gzipped <= bytesWanted,
    },
    ...(
      [
        ['the line', ours],
        ['the line, compressed', compressed],
        ['the line, asked for with its ETag (304)', unchanged],
      ] as const
    ).map(([what, perSecond]) => ({
      what: `${what}, answers of one gateway : a Fastify server that answers as many bytes as a constant`,
      measured: rate(perSecond),
      reference: rate(constant),
      ratio: times(perSecond / constant),
      target: '≥ 0.8 ×',
      met: perSecond / constant >= 0.8,
    })),
    {
      what: 'Redis commands of the whole installation while the line is asked for',
      measured: `${commands} in ${Math.round(tookSeconds)} s`,
      reference: `${rate(ours)} requests`,
      ratio: `${Math.round(commands / tookSeconds)} a second`,
      target: 'those of the ticks: ≤ 200 a second',
      met: commands / tookSeconds <= 200,
    },
  ];
};
