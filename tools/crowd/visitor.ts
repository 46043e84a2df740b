import { createClient, isTransient, newKey, type Client, type Result, type Visitor } from '@sunbeon/client';
import { nextIn, placeOf } from '@sunbeon/line';
import { WebSocket } from 'ws';
import type { CrowdOptions } from './options.ts';
import type { Report } from './report.ts';
import { createSolver } from './solver.ts';
import { createTransport } from './transport.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Attempts of a call before a visitor gives up. */
const tries = 8;

/** One virtual visitor, from the join to the end, by the public API alone. `random`: 0–1. */
export const createVisits = ({ sale, gateway, ...options }: CrowdOptions, report: Report, random: () => number = Math.random) => {
  const transport = createTransport(gateway, 256);
  const reach = { baseUrl: gateway, fetch: transport.send, timeoutMs: 15_000 };
  const stranger = createClient(reach);
  const solve = createSolver(stranger, sale, (tookMs) => report.times.proof.add(tookMs));
  const sockets = new Set<WebSocket>();
  const deadline = Date.now() + (options.visitors / options.perSecond + options.patience) * 1_000;
  const tooLate = (): boolean => Date.now() > deadline;

  /** Like a browser: retries with backoff while the outcome is unknown, always with the same key. */
  const call = async <T>(name: string, once: () => Promise<Result<T>>): Promise<Result<T>> => {
    for (let attempt = 1; ; attempt += 1) {
      const result = await once();
      if (result.ok) return result;
      const { failure } = result;
      report.problem(name, failure.status, failure.code);
      if (!isTransient(failure) || attempt === tries || tooLate()) return result;
      await pause((failure.retryAfterMs ?? 1_000) * (0.5 + random()));
    }
  };
  const timed = async <T>(kind: 'join' | 'claim' | 'purchase' | 'poll', work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const answer = await work();
    report.times[kind].add(performance.now() - from);
    return answer;
  };

  /** On the stream until the place ends; the state it ended in. `dropAfterMs`: loses its connection once. */
  const listen = async (token: string, dropAfterMs: number | null): Promise<string> => {
    let from = 0;
    let socket: WebSocket | undefined;
    let timer: NodeJS.Timeout | undefined;
    let dropped = dropAfterMs === null;
    const opened = (stream: WebSocket): void => {
      if (socket !== undefined) report.count('streams opened again');
      socket = stream;
      from = performance.now();
      sockets.add(stream);
      stream.on('close', () => sockets.delete(stream));
    };
    class Stream extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { perMessageDeflate: false });
        opened(this);
      }
    }
    const drop = (): void => {
      dropped = true;
      report.count('connections lost');
      socket?.terminate();
    };
    // A line that does not move any more, for example because all is sold, is left when the patience is over.
    const signal = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
    const result = await createClient({ ...reach, token, WebSocket: Stream }).waitForTurn(sale, {
      signal,
      onMessage: ({ type }) => {
        report.count('frames');
        if (type !== 'state') return;
        report.times.state.add(performance.now() - from);
        if (!dropped) timer ??= setTimeout(drop, dropAfterMs ?? 0);
      },
    });
    clearTimeout(timer);
    if (result.ok) return result.value.state;
    return signal.aborted ? 'late' : 'lost';
  };

  /** By the public line, as the page does it; the place itself is asked for once the line says that it waits no longer. */
  const poll = async (me: Client, { seq, generation }: Visitor): Promise<string> => {
    const bitmaps = new Map<number, Uint8Array>();
    while (!tooLate()) {
      const read = await timed('poll', () => call('GET /line', () => stranger.line(sale)));
      if (!read.ok) return 'lost';
      const line = read.value;
      let place = placeOf(line, seq ?? 0, bitmaps, generation);
      for (const { block, count } of place.state === 'incomplete' ? place.blocks : []) {
        const bits = await stranger.departures(sale, generation, block, count);
        if (bits.ok) bitmaps.set(block, bits.value);
      }
      if (place.state === 'incomplete') place = placeOf(line, seq ?? 0, bitmaps, generation);
      if (place.state === 'waiting' || place.state === 'incomplete') {
        report.count('polls of the line');
        await pause(nextIn(line, place.state === 'waiting' ? place.position : 1, random()));
        continue;
      }
      const mine = await call('GET /queue/me', () => me.place(sale));
      if (!mine.ok) return 'lost';
      if (mine.value.state !== 'waiting') return mine.value.state;
      await pause(mine.value.pollAfterMs);
    }
    return 'late';
  };

  const shop = async (me: Client): Promise<void> => {
    if (random() < options.noShow) return report.count('let in and never came');
    await timed('claim', () => call('POST /queue/me/claim', () => me.claim(sale)));
    if (random() >= options.buy) {
      await call('DELETE /queue/me', () => me.leave(sale));
      return report.count('left from inside');
    }
    const { quantity } = options;
    const idempotencyKey = newKey();
    if (random() < options.hold) {
      const held = await call('POST /holds', () => me.hold(sale, quantity, { idempotencyKey }));
      if (!held.ok) return report.count('got no tickets');
      const confirmed = await timed('purchase', () => call('POST /holds/{hold}/confirm', () => me.confirm(sale, held.value.holdId)));
      return report.count(confirmed.ok ? 'bought' : 'got no tickets');
    }
    const bought = await timed('purchase', () => call('POST /purchases', () => me.purchase(sale, quantity, { idempotencyKey })));
    report.count(bought.ok ? 'bought' : 'got no tickets');
  };

  return {
    visit: async (): Promise<void> => {
      const from = performance.now();
      // One key for all attempts: a join whose answer was lost is the same place when it is sent again.
      const intent = { solve, idempotencyKey: newKey() };
      const joined = await timed('join', () => call('POST /queue', () => stranger.join(sale, intent)));
      if (!joined.ok) return report.count('could not join');
      report.count('joined');
      const { token, visitor } = joined.value;
      const me = stranger.withToken(token);
      if (random() < options.leave) {
        await pause(random() * 3_000);
        await call('DELETE /queue/me', () => me.leave(sale));
        return report.count('gave up waiting');
      }
      const ended = await (random() < options.polling
        ? poll(me, visitor)
        : listen(token, random() < options.drop ? random() * 5_000 : null));
      if (ended !== 'admitted') return report.count(ended === 'late' ? 'still waiting at the end' : `ended as ${ended}`);
      report.times.wait.add(performance.now() - from);
      report.count('let in');
      await shop(me);
    },
    /** Streams open now. */
    open: () => sockets.size,
    stop: async (): Promise<void> => {
      for (const socket of sockets) socket.terminate();
      await transport.stop();
    },
  };
};
