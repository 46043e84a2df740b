import { setTimeout as pause } from 'node:timers/promises';
import { keys, limits } from '@sunbeon/contracts';
import { redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { freeze } from '../scripts/freeze.ts';
import { readDrawing, type Drawing } from '../scripts/read-drawing.ts';
import { settleBeacon } from '../scripts/settle-beacon.ts';
import { writeDrawn } from '../scripts/write-drawn.ts';
import { writeRoster } from '../scripts/write-roster.ts';
import { isStopped } from '../scripts/drawing.ts';
import type { DrawnSale } from './draw.ts';
import type { BeaconClient } from './drand.ts';
import { drawInThisThread, startDrawWorker, type DrawWorker } from './draw-worker.ts';

const drawLimits = {
  /** Members of the lobby asked for in one read. */
  scanned: 2_000,
  /** Members of a lobby whose order the main thread computes, in about 10 µs each: hundreds of sales may open in one second. */
  inThisThread: 500,
  /** How long a draw waits for its beacon after the time of the round, ms. */
  beaconMs: 30_000,
  /** Of a leader that finds this time over, ms: one try. */
  lastTryMs: 2_000,
} as const;

export const drawSteps = ['lobby', 'roster', 'beacon', 'order', 'line'] as const;
export type DrawStep = (typeof drawSteps)[number];

/** Runs what a draw computes and writes when its turn comes. */
export type Turn = <T>(compute: () => Promise<T>) => Promise<T>;

/** What a draw needs beside its sale. */
export interface DrawContext {
  redis: RedisClient;
  beacon: BeaconClient;
  /** Turns of large lobbies bound the memory: a million visitors take some hundred megabytes. */
  turns: Record<'small' | 'large', Turn>;
  /** Seconds that a step took. */
  took: (step: DrawStep, seconds: number) => void;
}

/** This leader does not go on: the draw is over, or another leader's. */
class Stopped extends Error {}
const orStop = <T extends string>(outcome: T): T => {
  if (outcome === 'another') throw new Error('what was computed is not what stands in Redis');
  if (isStopped(outcome)) throw new Stopped(outcome);
  return outcome;
};

/** All visitors of the closed lobby, in any order: its members change no more. */
const readLobby = async (redis: RedisClient, saleId: string, worker: DrawWorker, signal: AbortSignal): Promise<void> => {
  let cursor = '0';
  let taken = Promise.resolve();
  do {
    // One read is hashed while the next is under way.
    const [[next, pairs]] = await Promise.all([
      redisBreakerOf(redis).execute(() => redis.zscan(keys.lobby(saleId), cursor, 'COUNT', drawLimits.scanned), 'read'),
      taken,
    ]);
    signal.throwIfAborted();
    cursor = next;
    taken = worker.add(pairs.filter((_, i) => i % 2 === 0));
  } while (cursor !== '0');
  await taken;
};

/** Settles the round that the roster names: by its verified randomness, or as a draw that goes on without it. At once: the next leader may come too late for it. */
const awaitBeacon = async (
  { redis, beacon, took }: DrawContext,
  saleId: string,
  epoch: number,
  nowMs: number,
  round: number,
  signal: AbortSignal,
): Promise<void> => {
  const sinceMs = performance.now();
  const { genesis, period } = beacon.chain;
  const roundInMs = (genesis + (round - 1) * period) * 1_000 - nowMs;
  const untilMs = sinceMs + Math.max(roundInMs + drawLimits.beaconMs, drawLimits.lastTryMs);
  if (roundInMs > 0) await pause(roundInMs, undefined, { signal });
  const found = await beacon.fetch(round, { untilMs, signal });
  signal.throwIfAborted();
  orStop(await settleBeacon.run(redis, saleId, { epoch, round, beacon: found }));
  took('beacon', (performance.now() - sinceMs) / 1_000);
};

/** Computes and writes what is missing of a draw. Resolves to false when the roster is frozen and its beacon is not there yet. */
const draw = async (
  { redis, beacon, took }: DrawContext,
  saleId: string,
  epoch: number,
  before: Drawing,
  read: () => Promise<Drawing>,
  worker: DrawWorker,
  signal: AbortSignal,
): Promise<boolean> => {
  let sinceMs = performance.now();
  const done = (step: DrawStep): void => {
    const now = performance.now();
    took(step, (now - sinceMs) / 1_000);
    sinceMs = now;
  };
  await readLobby(redis, saleId, worker, signal);
  done('lobby');
  const { count, root } = await worker.freeze();
  if (before.frozen === null) {
    for (let page = 0; page * limits.rosterPageEntries < count; page += 1)
      orStop(await writeRoster.run(redis, saleId, { epoch, page, entries: await worker.rosterPage(page) }));
  }
  const chain = before.beacon === 'drand' ? beacon.chain : null;
  orStop(await freeze.run(redis, saleId, { epoch, count, root, beacon: chain }));
  done('roster');
  const frozen = await read();
  if (frozen.round?.status === 'pending') return false;
  const seed = await redisBreakerOf(redis).execute(() => redis.getBuffer(keys.drawSeed(saleId)), 'read');
  if (seed?.length !== 32) throw new Error('the seed of the draw is missing');
  await worker.order(seed, frozen.round?.status === 'verified' ? Buffer.from(frozen.round.randomness, 'hex') : null);
  seed.fill(0);
  done('order');
  const size = limits.drawPageVisitors;
  let visitors = await worker.orderPage(frozen.written + 1, size);
  for (let from = frozen.written + 1; from === 1 || from <= count; from += size) {
    signal.throwIfAborted();
    const [outcome, next] = await Promise.all([
      writeDrawn.run(redis, saleId, { epoch, from, visitors, isLast: from + visitors.length > count }),
      worker.orderPage(from + size, size),
    ]);
    orStop(outcome);
    visitors = next;
  }
  done('line');
  return true;
};

/**
 * The draw of one sale, from what stands in Redis alone: whichever leader goes on with it comes to the same order. Each write is fenced by the epoch and may
 * run twice. Resolves to false when another leader goes on, or the draw is over; rejects when a step fails, to be tried again.
 *
 * Only computing takes a turn. A draw that waits for its beacon has neither turn nor roster, and afterwards goes on as another leader would, from the lobby: so
 * sales that open together freeze at once and wait side by side.
 */
export const runDraw = async (context: DrawContext, saleId: string, epoch: number, signal: AbortSignal): Promise<boolean> => {
  const read = async (): Promise<Drawing> => {
    const drawing = await readDrawing.run(context.redis, saleId, epoch);
    if (drawing.outcome !== 'drawing') throw new Stopped(drawing.outcome);
    return drawing;
  };
  const drawWith = async (start: (sale: DrawnSale) => DrawWorker, before: Drawing): Promise<boolean> => {
    signal.throwIfAborted();
    const worker = start({ saleId, generation: before.generation });
    const end = (): void => void worker.end();
    signal.addEventListener('abort', end);
    try {
      return await draw(context, saleId, epoch, before, read, worker, signal);
    } finally {
      signal.removeEventListener('abort', end);
      await worker.end();
    }
  };
  const { small, large } = context.turns;
  const inTurn = (before: Drawing): Promise<boolean> =>
    before.size <= drawLimits.inThisThread
      ? small(() => drawWith(drawInThisThread, before))
      : large(() => drawWith(startDrawWorker, before));
  try {
    for (let isDrawn = false; !isDrawn;) {
      const before = await read();
      signal.throwIfAborted();
      if (before.round?.status === 'pending') await awaitBeacon(context, saleId, epoch, before.nowMs, before.round.round, signal);
      else isDrawn = await inTurn(before);
    }
    return true;
  } catch (error) {
    if (error instanceof Stopped || signal.aborted) return false;
    throw error;
  }
};
