import { createClient, liveProtocolsOf, liveUrlOf, type Client, type Place, type ServerMessage } from '@sunbeon/client';
import { eventId, eventNumber } from '@sunbeon/contracts';
import { WebSocket } from 'ws';
import { pause, type Caller } from './caller.ts';
import type { History, Listening } from './history.ts';

/** Joins and waits of simulated visitors and their browsers, which record all answers and frames. */
export const createLine = (saleId: string, gateways: readonly string[], history: History, { call, isRunning }: Caller) => {
  let turn = 0;
  const sockets = new Set<WebSocket>();
  /** Each call goes to the next gateway. */
  const nextGateway = (): string => gateways[(turn += 1) % gateways.length]!;
  const stranger = createClient({ baseUrl: nextGateway, timeoutMs: 8_000 });

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

  /**
   * Listens until the admission or `patienceMs`; reconnects after every cut, with the id of the last event. Sockets of its own instead of
   * `followPlace`: the check of the history needs the frames of each connection apart.
   */
  const listen = async (visitor: string, token: string, patienceMs: number): Promise<boolean> => {
    let last: number | null = null;
    let admitted = false;
    const deadline = Date.now() + patienceMs;
    while (isRunning() && !admitted && Date.now() < deadline) {
      const listening: Listening = { visitor, after: last, frames: [] };
      const baseUrl = nextGateway();
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
    while (isRunning() && Date.now() < deadline) {
      const { value } = await call('place', me.place(saleId));
      if (value !== null && value.state !== 'waiting') return value.state === 'admitted';
      await pause(300 + Math.random() * 300);
    }
    return false;
  };

  return {
    stranger,
    nextGateway,
    join,
    listen,
    poll,
    cut: (): void => {
      for (const socket of sockets) socket.terminate();
    },
  };
};
export type Line = ReturnType<typeof createLine>;
