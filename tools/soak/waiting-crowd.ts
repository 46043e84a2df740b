import { setMaxListeners } from 'node:events';
import { createClient, newKey } from '@sunbeon/client';
import type { Operator } from '@sunbeon/client/operator';
import { until } from '../../tests/fixtures/stack.mjs';
import { WebSocket } from 'ws';
import { valueOf } from '../bench/lib.ts';

export const waitingSale = 'soak_waiting';

/** Visitors who wait for the whole run, each with a WebSocket that comes back when it breaks. */
export const startWaitingCrowd = async (gateways: readonly string[], operator: Operator, count: number) => {
  valueOf('create', await operator.create({ saleId: waitingSale, title: 'Those who wait', stock: 10, admitPerSecond: 1, activeLimit: 1 }));
  // Nobody is let in: a place moves only when somebody leaves.
  valueOf('pause', await operator.pause(waitingSale));
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const heard = Array.from({ length: count }, () => 0);
  const seqs: number[] = [];
  const ends: Promise<unknown>[] = [];
  const tokens: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const reach = { baseUrl: gateways[i % gateways.length]!, timeoutMs: 30_000 };
    const { token, visitor } = valueOf('join', await createClient(reach).join(waitingSale, { idempotencyKey: newKey() }));
    tokens.push(token);
    seqs.push(visitor.seq ?? 0);
    const client = createClient({ ...reach, token, WebSocket: WebSocket });
    ends.push(
      client.waitForTurn(waitingSale, { signal: end.signal, onMessage: () => (heard[i] = performance.now()), onVisitor: () => {} }),
    );
  }
  return {
    /** Those who lost their place, or whose stream is silent, although it beats every 20 s. */
    check: async (): Promise<string[]> => {
      const faults: string[] = [];
      const from = performance.now();
      const silent = (): number => heard.filter((atMs) => atMs < from).length;
      // Somebody at the front leaves: every place moves.
      await createClient({ baseUrl: gateways[0]!, token: tokens[1]! }).leave(waitingSale);
      await until('all streams to say something', async () => silent() <= 2, 90_000).catch(() =>
        faults.push(`${silent()} of ${count} streams say nothing any more`),
      );
      for (const [i, token] of tokens.entries()) {
        if (i < 2) continue;
        const place = await createClient({ baseUrl: gateways[0]!, token, timeoutMs: 30_000 }).place(waitingSale);
        if (!place.ok || place.value.state !== 'waiting' || place.value.seq !== seqs[i])
          faults.push(`number ${seqs[i]} of those who wait: ${JSON.stringify(place.ok ? place.value : place.failure)}`);
      }
      return faults.slice(0, 5);
    },
    stop: async (): Promise<void> => {
      end.abort();
      await Promise.all(ends);
    },
  };
};
