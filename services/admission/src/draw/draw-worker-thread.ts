import { parentPort, workerData } from 'node:worker_threads';
import { isSignature } from './drand.ts';
import type { DrawnSale } from './draw.ts';
import type { DrawReply, DrawRequest } from './draw-worker.ts';
import { createLobbyDraw } from './lobby-draw.ts';

const draw = { ...createLobbyDraw(workerData as DrawnSale), isSignature };
export type DrawMethods = typeof draw;
const answer = ({ id, method, args }: DrawRequest): DrawReply => {
  try {
    return { id, result: (draw[method] as (...all: unknown[]) => unknown)(...args) };
  } catch (error) {
    return { id, error: (error as Error).message };
  }
};
parentPort!.on('message', (request: DrawRequest) => parentPort!.postMessage(answer(request)));
