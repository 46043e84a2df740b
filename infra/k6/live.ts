// One visitor's WebSocket, as the page uses it.
import { WebSocket } from 'k6/websockets';
import { gateways, type Sale, type Visitor } from './lib.ts';

export type Message =
  | { type: 'state'; id: string; visitor: Visitor; sale: Sale }
  | { type: 'position'; position: number; waiting: number }
  | { type: 'admitted' | 'claimed'; id: string; admittedUntil: string }
  | { type: 'expired' | 'held' | 'released' | 'purchased' | 'sale'; id: string }
  | { type: 'alive'; serverTime: string };

let turn = 0;
/**
 * Follows the stream until `onMessage` returns true, `limitMs` is over or the server closes. Resolves with the reason. `dropAfterMs`: closes
 * the socket by itself then.
 */
export const follow = (
  saleId: string,
  token: string,
  onMessage: (message: Message) => boolean,
  { limitMs, after, dropAfterMs }: { limitMs: number; after?: string; dropAfterMs?: number },
): Promise<'done' | 'dropped' | 'late' | 'closed' | 'refused'> =>
  new Promise((resolve) => {
    const gateway = gateways[(turn += 1) % gateways.length]!.replace(/^http/, 'ws');
    const url = `${gateway}/api/sales/${saleId}/live${after === undefined ? '' : `?after=${after}`}`;
    let why: 'done' | 'dropped' | 'late' | 'closed' | 'refused' = 'refused';
    // k6 sends the second argument as subprotocols, which its published types do not declare.
    const socket = new WebSocket(url, ['sunbeon.v1', `bearer.${token}`] as unknown as null);
    const hangUp = (reason: typeof why): void => {
      why = reason;
      socket.close();
    };
    const late = setTimeout(() => hangUp('late'), limitMs);
    const drop = dropAfterMs === undefined ? null : setTimeout(() => hangUp('dropped'), dropAfterMs);
    socket.onopen = () => {
      if (why === 'refused') why = 'closed';
    };
    socket.onmessage = (event) => {
      if (onMessage(JSON.parse(String(event!.data)) as Message)) hangUp('done');
    };
    socket.onerror = () => {};
    socket.onclose = () => {
      clearTimeout(late);
      if (drop !== null) clearTimeout(drop);
      resolve(why);
    };
  });
