import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveProtocolsOf, liveUrlOf } from '@sunbeon/client';
import { freePort, until } from '../../tests/fixtures/stack.mjs';
import { which } from '../local/commands.mjs';
import { ms, quantile, root, times, valueOf, type Bench, type Row } from './lib.ts';
import { joinAll, newVisitors, tokensFor } from './line.ts';
import type { MessageAnswer, MessageJob } from './message-crowd.ts';

const typescript = ['--conditions=development', '--import', 'tsx'];
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const startCrowd = async (job: MessageJob): Promise<ChildProcess> => {
  const crowd = fork(join(root, 'tools/bench/message-crowd.ts'), { execArgv: typescript });
  crowd.send(job);
  const [{ failed }] = (await once(crowd, 'message')) as [Extract<MessageAnswer, { say: 'open' }>];
  if (failed.length > 0) throw new Error(`sockets failed: ${failed.join(', ')}`);
  return crowd;
};

/** Times to each socket, sorted. */
const send = async (crowd: ChildProcess, sockets: number, mark: string, publish: (mark: string) => Promise<void>): Promise<number[]> => {
  crowd.send({ mark, sentAt: Date.now() });
  await once(crowd, 'message');
  crowd.send({ mark, sentAt: Date.now() });
  await once(crowd, 'message');
  await publish(mark);
  for (let tries = 0; tries < 100; tries += 1) {
    await pause(100);
    crowd.send({ ask: 'heard' });
    const [{ delays }] = (await once(crowd, 'message')) as [Extract<MessageAnswer, { say: 'heard' }>];
    if (delays.length >= sockets) return delays.sort((a, b) => a - b);
  }
  throw new Error(`${mark} did not reach all sockets`);
};

/** Centrifugo with one channel that anyone may read. Null where it is not installed. */
const startCentrifugo = async (): Promise<{ port: number; stop: () => void } | null> => {
  const program = process.env['CENTRIFUGO'] ?? which('centrifugo');
  if (!program) return null;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-centrifugo-'));
  const file = join(folder, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      client: { insecure: true, allowed_origins: ['*'], connection_limit: 0 },
      http_api: { insecure: true },
      http_server: { address: '127.0.0.1', port: String(port) },
      log: { level: 'error' },
    }),
  );
  const child = spawn(program, ['--config', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  await until('Centrifugo', async () => (await fetch(`http://127.0.0.1:${port}/api/info`, { method: 'POST', body: '{}' })).ok);
  return {
    port,
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

interface Summary {
  p50: number;
  p99: number;
  last: number;
  /** The slowest message to its last socket, beside the usual one. */
  outlier: number;
}
const summaryOf = (messages: number[][]): Summary => {
  const lasts = messages.map((delays) => delays.at(-1)!);
  const all = messages.flat();
  return {
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    last: quantile(lasts, 0.5),
    outlier: Math.max(...lasts) / quantile(lasts, 0.5),
  };
};
const text = ({ p50, p99, last }: Summary): string => `p50 ${ms(p50)}, p99 ${ms(p99)}, last ${ms(last)}`;

/** An operator's message to everybody, to the last socket; beside Centrifugo with the same client, the same bytes, in turn. */
export const message = async (bench: Bench, { sockets, messages }: { sockets: number; messages: number }): Promise<Row[]> => {
  const saleId = 'bench_message';
  await bench.create(saleId, { admitPerSecond: 0.001 });
  const visitors = newVisitors(sockets);
  await joinAll(bench.redis, saleId, visitors);
  const sign = await tokensFor(bench.redis, saleId);
  const perSecond = 500;
  const ours = await startCrowd({
    url: liveUrlOf({ baseUrl: bench.stack.gateways[0]! }, saleId),
    protocols: visitors.map((visitor, i) => liveProtocolsOf(sign(visitor, i + 1))),
    sockets,
    perSecond,
  });
  const other = await startCentrifugo();
  const theirs =
    other &&
    (await startCrowd({
      url: `ws://127.0.0.1:${other.port}/connection/websocket`,
      protocols: [[]],
      greeting: '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"sale"}}',
      sockets,
      perSecond,
    }));
  const told: { ours: number[][]; theirs: number[][] } = { ours: [], theirs: [] };
  const sale = valueOf('sale', await bench.client.sale(saleId));
  try {
    await pause(2_000);
    for (let i = 0; i < messages; i += 1) {
      const mark = `mark-${i}-${'x'.repeat(100)}`;
      told.ours.push(
        await send(ours, sockets, mark, async () => void valueOf('change', await bench.operator.change(saleId, { message: mark }))),
      );
      await pause(500 + Math.random() * 1_000);
      if (!theirs) continue;
      const publish = async (): Promise<void> => {
        const answer = await fetch(`http://127.0.0.1:${other.port}/api/publish`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ channel: 'sale', data: { type: 'sale', id: '1-0', sale: { ...sale, message: mark } } }),
        });
        if (!answer.ok) throw new Error(`Centrifugo answered ${answer.status}`);
      };
      told.theirs.push(await send(theirs, sockets, mark, publish));
      await pause(500 + Math.random() * 1_000);
    }
  } finally {
    ours.kill('SIGKILL');
    theirs?.kill('SIGKILL');
    other?.stop();
  }
  const us = summaryOf(told.ours);
  const them = told.theirs.length > 0 ? summaryOf(told.theirs) : null;
  return [
    {
      what: `a message to ${sockets} sockets, ${messages} times : Centrifugo with the same client`,
      measured: text(us),
      reference: them === null ? 'not installed: go install github.com/centrifugal/centrifugo/v6@latest' : text(them),
      ratio: them === null ? '' : times(us.last / them.last),
      target: '≤ 1 × to the last socket',
      met: them === null ? null : us.last <= them.last,
    },
    {
      what: 'the slowest of these messages : the usual one',
      measured: times(us.outlier),
      reference: them === null ? '' : `${times(them.outlier)} of Centrifugo`,
      ratio: times(us.outlier),
      target: '≤ 1.5 ×',
      met: us.outlier <= 1.5,
    },
  ];
};
