import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import type { CrowdOptions } from './options.ts';
import type { Report } from './report.ts';

interface Answer { status: number; body: Record<string, unknown>; retryAfterMs: number }
interface Visitor { visitorId: string; state: string; position?: number; pollAfterMs: number; etaSeconds?: { low: number; high: number } }
interface Message { type: string; id?: string; visitor?: Visitor }

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Times a call is tried before a person gives up. */
const tries = 8;

/** One virtual person, from the join to the end, by the public API alone. `random`: 0–1. */
export const createVisits = ({ sale, gateway, ...options }: CrowdOptions, report: Report, random: () => number = Math.random) => {
  const pool = new Pool(gateway, { connections: 256, pipelining: 1, headersTimeout: 15_000, bodyTimeout: 15_000 });
  const sockets = new Set<WebSocket>();
  const deadline = Date.now() + (options.visitors / options.perSecond + options.patience) * 1_000;
  const tooLate = (): boolean => Date.now() > deadline;

  const once = async (method: 'GET' | 'POST' | 'DELETE', path: string, token?: string, key?: string, body?: object): Promise<Answer> => {
    try {
      const response = await pool.request({
        method, path: `/api/sales/${sale}${path}`, body: body ? JSON.stringify(body) : null,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(key ? { 'idempotency-key': key } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
      });
      const text = await response.body.text();
      return { status: response.statusCode, body: text ? (JSON.parse(text) as Record<string, unknown>) : {}, retryAfterMs: Number(response.headers['retry-after'] ?? 1) * 1_000 };
    } catch {
      return { status: 0, body: {}, retryAfterMs: 1_000 };
    }
  };
  /** As a browser does: again after a pause when nobody can say, always with the same key. */
  const call: typeof once = async (method, path, token, key, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await once(method, path, token, key, body);
      if (answer.status >= 200 && answer.status < 300) return answer;
      report.problem(`${method} ${path.replace(/h_[\w-]+/, '{hold}')}`, answer.status, String(answer.body['code'] ?? ''));
      if ((answer.status !== 0 && answer.status !== 429 && answer.status !== 503) || attempt === tries || tooLate()) return answer;
      await pause(answer.retryAfterMs * (0.5 + random()));
    }
  };
  const timed = async (kind: 'join' | 'claim' | 'purchase' | 'poll', work: () => Promise<Answer>): Promise<Answer> => {
    const from = performance.now();
    const answer = await work();
    report.times[kind].add(performance.now() - from);
    return answer;
  };

  /** On the stream until the place ends; the state it ended in. `dropAfterMs`: loses its connection once. */
  const listen = async (token: string, dropAfterMs: number | null): Promise<string> => {
    let last: string | undefined;
    let dropped = dropAfterMs === null;
    while (!tooLate()) {
      const from = performance.now();
      const socket = new WebSocket(`${gateway.replace(/^http/, 'ws')}/api/sales/${sale}/live${last ? `?after=${last}` : ''}`, ['sunbeon.v1', `bearer.${token}`], { perMessageDeflate: false });
      sockets.add(socket);
      let patience: NodeJS.Timeout | undefined;
      const ended = await new Promise<string | null>((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        // A line that does not move any more, for example because all is sold, is left when the patience is over.
        patience = setTimeout(() => resolve('late'), Math.max(0, deadline - Date.now()));
        socket.on('message', (data) => {
          const message = JSON.parse(String(data)) as Message;
          last = message.id ?? last;
          report.count('frames');
          if (message.type === 'state') {
            report.times.state.add(performance.now() - from);
            if (message.visitor!.state !== 'waiting') resolve(message.visitor!.state);
            else if (!dropped) timer = setTimeout(() => { dropped = true; report.count('connections lost'); socket.terminate(); }, dropAfterMs!);
          }
          if (message.type === 'admitted') resolve('admitted');
        });
        socket.on('error', () => {});
        socket.on('close', () => { clearTimeout(timer); resolve(null); });
      }).finally(() => clearTimeout(patience));
      sockets.delete(socket);
      socket.close();
      if (ended !== null) return ended;
      report.count('streams opened again');
      await pause(200 + random() * 1_800);
    }
    return 'late';
  };

  const poll = async (token: string): Promise<string> => {
    while (!tooLate()) {
      const { status, body } = await timed('poll', () => call('GET', '/queue/me', token));
      if (status !== 200) return 'lost';
      const visitor = body as unknown as Visitor;
      if (visitor.state !== 'waiting') return visitor.state;
      await pause(visitor.pollAfterMs);
    }
    return 'late';
  };

  const shop = async (token: string): Promise<void> => {
    if (random() < options.noShow) return report.count('let in and never came');
    await timed('claim', () => call('POST', '/queue/me/claim', token));
    if (random() >= options.buy) {
      await call('DELETE', '/queue/me', token);
      return report.count('left from inside');
    }
    const { quantity } = options;
    if (random() < options.hold) {
      const held = await call('POST', '/holds', token, randomUUID(), { quantity });
      if (held.status !== 201) return report.count('got no tickets');
      const { status } = await timed('purchase', () => call('POST', `/holds/${String(held.body['holdId'])}/confirm`, token));
      return report.count(status === 201 ? 'bought' : 'got no tickets');
    }
    const { status } = await timed('purchase', () => call('POST', '/purchases', token, randomUUID(), { quantity }));
    report.count(status === 201 ? 'bought' : 'got no tickets');
  };

  return {
    visit: async (): Promise<void> => {
      const from = performance.now();
      const { status, body } = await timed('join', () => call('POST', '/queue'));
      if (status !== 201 && status !== 200) return report.count('could not join');
      report.count('joined');
      const token = String(body['token']);
      if (random() < options.leave) {
        await pause(random() * 3_000);
        await call('DELETE', '/queue/me', token);
        return report.count('gave up waiting');
      }
      const ended = await (random() < options.polling ? poll(token) : listen(token, random() < options.drop ? random() * 5_000 : null));
      if (ended !== 'admitted') return report.count(ended === 'late' ? 'still waiting at the end' : `ended as ${ended}`);
      report.times.wait.add(performance.now() - from);
      report.count('let in');
      await shop(token);
    },
    /** Streams open now. */
    open: () => sockets.size,
    stop: async (): Promise<void> => {
      for (const socket of sockets) socket.terminate();
      await pool.destroy();
    },
  };
};
