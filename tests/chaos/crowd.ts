import {
  createClient,
  liveProtocolsOf,
  liveUrlOf,
  newKey,
  type Client,
  type Place,
  type Result,
  type ServerMessage,
} from '@sunbeon/client';
import { eventId, eventNumber } from '@sunbeon/contracts';
import { WebSocket } from 'ws';
import type { History, Listening, Outcome } from './history.ts';
import type { Random } from './random.ts';

/** Outcome of a call. `unknown`: no answer says whether it was carried out. */
interface Answer<T> {
  outcome: Outcome;
  status: number;
  value: T | null;
  code: string | null;
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A crowd of simulated visitors and their browsers, which record all answers and frames. */
export const createCrowd = (saleId: string, gateways: readonly string[], history: History, random: Random) => {
  let running = true;
  let turn = 0;
  const sockets = new Set<WebSocket>();
  /** Each call goes to the next gateway. */
  const stranger = createClient({ baseUrl: () => gateways[(turn += 1) % gateways.length]!, timeoutMs: 8_000 });

  const call = async <T>(name: string, made: Promise<Result<T>>): Promise<Answer<T>> => {
    const result = await made;
    if (!result.ok && result.failure.code === 'network' && result.failure.reason === 'unreadable')
      history.scandals.push(`${name}: a body that is no JSON`);
    if (!result.ok && result.failure.status === 500) history.scandals.push(`${name}: 500 ${JSON.stringify(result.failure)}`);
    if (!result.ok && result.failure.code === 'unavailable' && result.failure.status === 503 && result.failure.retryAfterMs === undefined)
      history.scandals.push(`${name}: 503 without Retry-After`);
    const status = result.ok ? result.status : result.failure.status;
    const outcome = result.ok ? 'ok' : status === 0 || status >= 500 ? 'unknown' : 'refused';
    history.calls[outcome] += 1;
    return { outcome, status, value: result.ok ? result.value : null, code: result.ok ? null : result.failure.code };
  };

  /** Repeats a call with the same key while its outcome is unknown. */
  const insist = async <T>(attempt: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    for (;;) {
      const answer = await attempt();
      if (answer.outcome !== 'unknown' || !running) return answer;
      await pause(100 + Math.random() * 400);
    }
  };

  const join = async (client: Client): Promise<Place | null> => {
    const sentAt = performance.now();
    const { outcome, status, value } = await call('join', client.join(saleId));
    history.joins.push({
      visitor: value?.visitor.visitorId ?? null,
      seq: value?.visitor.seq ?? null,
      fresh: status === 201,
      sentAt,
      ackedAt: performance.now(),
      outcome,
    });
    return value;
  };

  const buy = async (visitor: string, me: Client, quantity: number): Promise<void> => {
    const key = newKey();
    const attempt = async () => {
      const answer = await call('purchase', me.purchase(saleId, quantity, { idempotencyKey: key }));
      history.buys.push({
        visitor,
        key,
        quantity,
        outcome: answer.outcome,
        purchaseId: answer.value?.purchaseId ?? null,
        code: answer.code,
      });
      return answer;
    };
    const first = await insist(attempt);
    // Some visitors repeat a purchase much later; the answer must be the same.
    if (first.outcome === 'ok' && random.next() < 0.3) await insist(attempt);
  };

  const holdAndConfirm = async (visitor: string, me: Client, quantity: number): Promise<void> => {
    const idempotencyKey = newKey();
    const held = await insist(() => call('hold', me.hold(saleId, quantity, { idempotencyKey })));
    if (held.value === null) return;
    const { holdId } = held.value;
    await pause(random.between(0, 1_500));
    if (random.next() < 0.3) return void (await insist(() => call('release', me.release(saleId, holdId))));
    await insist(async () => {
      const answer = await call('confirm', me.confirm(saleId, holdId));
      history.buys.push({
        visitor,
        key: `confirm ${holdId}`,
        quantity,
        outcome: answer.outcome,
        purchaseId: answer.value?.purchaseId ?? null,
        code: answer.code,
      });
      return answer;
    });
  };

  /**
   * Listens until the admission or `patienceMs`; reconnects after every cut, with the id of the last event. Sockets of its own instead of
   * `followPlace`: the check of the history needs the frames of each connection apart.
   */
  const listen = async (visitor: string, token: string, patienceMs: number): Promise<boolean> => {
    let last: number | null = null;
    let admitted = false;
    const deadline = Date.now() + patienceMs;
    while (running && !admitted && Date.now() < deadline) {
      const listening: Listening = { visitor, after: last, frames: [] };
      const baseUrl = gateways[(turn += 1) % gateways.length]!;
      const socket = new WebSocket(liveUrlOf({ baseUrl }, saleId, last === null ? undefined : eventId(last)), liveProtocolsOf(token));
      sockets.add(socket);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => socket.terminate(), Math.max(0, deadline - Date.now()));
        socket.on('message', (data) => {
          const message = JSON.parse(String(data)) as ServerMessage;
          const id = 'id' in message ? eventNumber(message.id) : null;
          listening.frames.push({ id, type: message.type });
          if (id !== null && id > (last ?? 0)) last = id;
          if (message.type === 'admitted' || (message.type === 'state' && message.visitor.state !== 'waiting')) {
            admitted = message.type === 'admitted' || message.visitor.state === 'admitted';
            socket.close();
          }
        });
        socket.on('error', () => {});
        socket.on('close', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      sockets.delete(socket);
      if (listening.frames.length > 0) history.listenings.push(listening);
      if (!admitted) await pause(100 + Math.random() * 400);
    }
    return admitted;
  };

  const poll = async (me: Client, patienceMs: number): Promise<boolean> => {
    const deadline = Date.now() + patienceMs;
    while (running && Date.now() < deadline) {
      const { value } = await call('place', me.place(saleId));
      if (value !== null && value.state !== 'waiting') return value.state === 'admitted';
      await pause(300 + Math.random() * 300);
    }
    return false;
  };

  /** One visitor, from join to end. */
  const visit = async (): Promise<void> => {
    const place = await join(stranger);
    if (!place) return pause(100 + Math.random() * 300);
    const { visitorId } = place.visitor;
    const { token } = place;
    const me = stranger.withToken(token);
    const mood = random.next();
    if (mood < 0.05) return;
    if (mood < 0.12) return void (await insist(() => call('leave', me.leave(saleId))));
    if (mood < 0.2) await join(me);
    const admitted = await (mood < 0.6 ? listen(visitorId, token, 30_000) : poll(me, 30_000));
    if (!admitted) return;
    const wish = random.next();
    if (wish < 0.1) return;
    if (wish < 0.6) await insist(() => call('claim', me.claim(saleId)));
    if (wish < 0.15) return;
    if (wish < 0.25) return void (await insist(() => call('leave', me.leave(saleId))));
    const quantity = 1 + Math.floor(random.next() * 2);
    await (wish < 0.7 ? buy(visitorId, me, quantity) : holdAndConfirm(visitorId, me, quantity));
  };

  const people: Promise<void>[] = [];
  return {
    start: (count: number): void => {
      for (let i = 0; i < count; i += 1)
        people.push(
          (async () => {
            while (running) await visit();
          })(),
        );
    },
    /** Ends all visitors; waits for calls in flight. */
    stop: async (): Promise<void> => {
      running = false;
      for (const socket of sockets) socket.terminate();
      await Promise.all(people);
    },
  };
};
