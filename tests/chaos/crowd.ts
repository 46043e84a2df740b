import { request } from 'node:http';
import { Agent } from 'node:http';
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { eventNumber, type Place, type Purchase, type Hold, type ServerMessage, type Visitor } from '@sunbeon/contracts';
import type { History, Listening, Outcome } from './history.ts';
import type { Random } from './random.ts';

interface Answer { outcome: Outcome; status: number; body: Record<string, unknown> }
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A crowd of people who behave as people and their browsers do, faults or not, and who write down all they see. */
export const createCrowd = (saleId: string, gateways: readonly string[], history: History, random: Random) => {
  let running = true;
  let turn = 0;
  const sockets = new Set<WebSocket>();

  const call = (method: string, path: string, { token, key, body }: { token?: string; key?: string; body?: unknown } = {}): Promise<Answer> =>
    new Promise((resolve) => {
      const end = (answer: Answer): void => {
        history.calls[answer.outcome] += 1;
        resolve(answer);
      };
      const text = body === undefined ? undefined : JSON.stringify(body);
      const url = new URL(`/api/sales/${saleId}${path}`, gateways[(turn += 1) % gateways.length]);
      const sent = request(url, {
        method, agent, timeout: 8_000,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(key ? { 'idempotency-key': key } : {}), ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) },
      }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', () => end({ outcome: 'unknown', status: 0, body: {} }));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const raw = Buffer.concat(parts).toString();
          let json: Record<string, unknown> = {};
          try { json = raw === '' ? {} : (JSON.parse(raw) as Record<string, unknown>); } catch { history.scandals.push(`${method} ${path}: ${status} with a body that is no JSON`); }
          if (status === 500) history.scandals.push(`${method} ${path}: 500 ${raw}`);
          if (status === 503 && response.headers['retry-after'] === undefined) history.scandals.push(`${method} ${path}: 503 without Retry-After`);
          end({ outcome: status < 300 ? 'ok' : status >= 500 ? 'unknown' : 'refused', status, body: json });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('timeout')));
      sent.on('error', () => end({ outcome: 'unknown', status: 0, body: {} }));
      sent.end(text);
    });

  /** Again and again, as long as nobody can say whether it was done: the same call with the same key. */
  const insist = async (attempt: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      const answer = await attempt();
      if (answer.outcome !== 'unknown' || !running) return answer;
      await pause(100 + Math.random() * 400);
    }
  };

  const join = async (token?: string): Promise<Place | null> => {
    const sentAt = performance.now();
    const answer = await call('POST', '/queue', token ? { token } : {});
    const place = answer.outcome === 'ok' ? (answer.body as unknown as Place) : null;
    history.joins.push({ visitor: place?.visitor.visitorId ?? null, seq: place?.visitor.seq ?? null, fresh: answer.status === 201, sentAt, ackedAt: performance.now(), outcome: answer.outcome });
    return place;
  };

  const buy = async (visitor: string, token: string, quantity: number): Promise<void> => {
    const key = randomUUID();
    const attempt = async (): Promise<Answer> => {
      const answer = await call('POST', '/purchases', { token, key, body: { quantity } });
      history.buys.push({ visitor, key, quantity, outcome: answer.outcome, purchaseId: answer.outcome === 'ok' ? (answer.body as unknown as Purchase).purchaseId : null, code: (answer.body['code'] as string | undefined) ?? null });
      return answer;
    };
    const first = await insist(attempt);
    // Some people click again long after; the answer must be the very same.
    if (first.outcome === 'ok' && random.next() < 0.3) await insist(attempt);
  };

  const holdAndConfirm = async (visitor: string, token: string, quantity: number): Promise<void> => {
    const key = randomUUID();
    const held = await insist(() => call('POST', '/holds', { token, key, body: { quantity } }));
    if (held.outcome !== 'ok') return;
    const { holdId } = held.body as unknown as Hold;
    await pause(random.between(0, 1_500));
    if (random.next() < 0.3) return void (await insist(() => call('DELETE', `/holds/${holdId}`, { token })));
    await insist(async () => {
      const answer = await call('POST', `/holds/${holdId}/confirm`, { token });
      history.buys.push({ visitor, key: `confirm ${holdId}`, quantity, outcome: answer.outcome, purchaseId: answer.outcome === 'ok' ? (answer.body as unknown as Purchase).purchaseId : null, code: (answer.body['code'] as string | undefined) ?? null });
      return answer;
    });
  };

  /** Listens until the visitor is let in or `patienceMs` is over; comes back after every cut, with the id of the last event. */
  const listen = async (visitor: string, token: string, patienceMs: number): Promise<boolean> => {
    let last: number | null = null;
    let admitted = false;
    const deadline = Date.now() + patienceMs;
    while (running && !admitted && Date.now() < deadline) {
      const listening: Listening = { visitor, after: last, frames: [] };
      const base = gateways[(turn += 1) % gateways.length]!.replace('http', 'ws');
      const socket = new WebSocket(`${base}/api/sales/${saleId}/live${last === null ? '' : `?after=${last}-0`}`, ['sunbeon.v1', `bearer.${token}`]);
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

  const poll = async (token: string, patienceMs: number): Promise<boolean> => {
    const deadline = Date.now() + patienceMs;
    while (running && Date.now() < deadline) {
      const { outcome, body } = await call('GET', '/queue/me', { token });
      const { state } = body as unknown as Visitor;
      if (outcome === 'ok' && state !== 'waiting') return state === 'admitted';
      await pause(300 + Math.random() * 300);
    }
    return false;
  };

  /** One person's whole visit. */
  const visit = async (): Promise<void> => {
    const place = await join();
    if (!place) return pause(100 + Math.random() * 300);
    const { visitorId } = place.visitor;
    const { token } = place;
    const mood = random.next();
    if (mood < 0.05) return;
    if (mood < 0.12) return void (await insist(() => call('DELETE', '/queue/me', { token })));
    if (mood < 0.2) await join(token);
    const admitted = await (mood < 0.6 ? listen(visitorId, token, 30_000) : poll(token, 30_000));
    if (!admitted) return;
    const wish = random.next();
    if (wish < 0.1) return;
    if (wish < 0.6) await insist(() => call('POST', '/queue/me/claim', { token }));
    if (wish < 0.15) return;
    if (wish < 0.25) return void (await insist(() => call('DELETE', '/queue/me', { token })));
    const quantity = 1 + Math.floor(random.next() * 2);
    await (wish < 0.7 ? buy(visitorId, token, quantity) : holdAndConfirm(visitorId, token, quantity));
  };

  const people: Promise<void>[] = [];
  return {
    start: (count: number): void => {
      for (let i = 0; i < count; i += 1) people.push((async () => { while (running) await visit(); })());
    },
    /** Everybody goes home; calls on their way are waited for. */
    stop: async (): Promise<void> => {
      running = false;
      for (const socket of sockets) socket.terminate();
      await Promise.all(people);
    },
  };
};
