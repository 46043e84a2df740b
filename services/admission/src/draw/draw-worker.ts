import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker, type TransferListItem } from 'node:worker_threads';
import type { DrawnSale } from './draw.ts';
import type { Verify } from './drand.ts';
import type { DrawMethods } from './draw-worker-thread.ts';
import { createLobbyDraw } from './lobby-draw.ts';

/** The computing of one draw, off the main thread. */
export interface DrawWorker {
  /** Adds visitors of the lobby, in any order; one that comes twice counts once. Resolves when they are taken: back-pressure. */
  add: (visitorIds: readonly string[]) => Promise<void>;
  /** Sorts the entries; count, and the Merkle root as hex. */
  freeze: () => Promise<{ count: number; root: string }>;
  /** 4,096 entries of the roster from page 0, concatenated; empty beyond the end. */
  rosterPage: (page: number) => Promise<Buffer>;
  /** Computes and sorts the lots. `seed`: 32 bytes; `randomness`: of the beacon, 32 bytes, or null. Leaves no copy of the seed; the caller's own stays. */
  order: (seed: Buffer, randomness: Buffer | null) => Promise<void>;
  /** Visitors with the seqs from … from+count−1, from 1. */
  orderPage: (from: number, count: number) => Promise<string[]>;
  /** Ends the thread; pending calls reject. Safe twice. */
  end: () => Promise<void>;
}
/** One in a thread also checks signatures of beacons, which takes 40 ms. */
export interface DrawThread extends DrawWorker {
  isSignature: Verify;
}

/** What main thread and worker send each other: one reply for each request. */
export interface DrawRequest {
  id: number;
  method: keyof DrawMethods;
  args: unknown[];
}
export type DrawReply = { id: number } & ({ result: unknown } | { error: string });

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

const startThread = (workerData: DrawnSale): Worker => {
  const options = { workerData, execArgv: [] };
  if (import.meta.url.endsWith('.js')) return new Worker(new URL('./draw-worker-thread.js', import.meta.url), options);
  // From the sources (tests, npm run dev): Node 20 reads no TypeScript, and its threads ignore --import tsx.
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const file = fileURLToPath(new URL('./draw-worker-thread.ts', import.meta.url));
  return new Worker('const [tsx, file] = process.argv.slice(2); require(tsx).require(file, file);', {
    ...options,
    eval: true,
    argv: [tsx, file],
  });
};

export const startDrawWorker = (sale: DrawnSale): DrawThread => {
  const worker = startThread(sale);
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: Error | null = null;

  const endWith = (error: Error): void => {
    ended ??= error;
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  worker.on('message', (reply: DrawReply) => {
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    if ('error' in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.result);
  });
  worker.on('error', (error) => endWith(new Error('the thread of the draw failed', { cause: error })));
  worker.on('exit', () => endWith(new Error('the thread of the draw has ended')));

  const call = <Method extends keyof DrawMethods>(
    method: Method,
    args: Parameters<DrawMethods[Method]>,
    transferred: TransferListItem[] = [],
  ): Promise<ReturnType<DrawMethods[Method]>> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = ++lastId;
      pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      worker.postMessage({ id, method, args } satisfies DrawRequest, transferred);
    });

  return {
    add: (visitorIds) => call('add', [visitorIds]),
    freeze: () => call('freeze', []),
    rosterPage: async (page) => Buffer.from((await call('rosterPage', [page])).buffer),
    order: (seed, randomness) => {
      // A copy that is moved, not cloned: a clone of a Buffer takes the pool that it lies in along.
      const moved = new Uint8Array(seed);
      return call('order', [moved, randomness && new Uint8Array(randomness)], [moved.buffer]);
    },
    orderPage: (from, count) => call('orderPage', [from, count]),
    isSignature: (...args) => call('isSignature', args),
    end: async () => {
      endWith(new Error('the thread of the draw has ended'));
      await worker.terminate();
    },
  };
};

/** The same in this thread: for a lobby that takes a few milliseconds, while a thread takes a hundred to start. */
export const drawInThisThread = (sale: DrawnSale): DrawWorker => {
  const draw = createLobbyDraw(sale);
  return {
    add: async (visitorIds) => draw.add(visitorIds),
    freeze: async () => draw.freeze(),
    rosterPage: async (page) => Buffer.from(draw.rosterPage(page)),
    order: async (seed, randomness) => draw.order(new Uint8Array(seed), randomness),
    orderPage: async (from, count) => draw.orderPage(from, count),
    end: async () => {},
  };
};
