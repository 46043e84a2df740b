import type { Socket } from 'node:net';
import {
  cadence,
  clientMessageLimits,
  closeCodes,
  closeReason,
  type Estimate,
  type SaleEvent,
  type ServerMessage,
} from '@sunbeon/contracts';
import type { VisitorToken } from '@sunbeon/runtime';
import type { WebSocket } from 'ws';
import type { LastSent } from '../broadcast/position-due.ts';
import type { CloseReason, LiveMetrics } from '../stats/live-metrics.ts';

export const socketLimits = {
  /** Bytes waiting to be read by a browser; more means it does not read. */
  bufferedBytes: 65_536,
  /** Time for a closing handshake before the connection is cut, ms. */
  closeMs: 1_000,
} as const;

/** One browser's connection. Frames reach it in the order of their events, none twice. */
export interface LiveSocket {
  readonly visitorId: string;
  readonly token: VisitorToken;
  readonly rawToken: string;
  /** 0–1, spreads the cadence of a crowd. */
  readonly jitter: number;
  /** The last number it was given: that of its token, or of a place taken since. */
  lastSeq: number;
  /** Its number in the line while it waits, else null. */
  seq: number | null;
  /** Inside: hears of stock each second. */
  inside: boolean;
  /** False until its `state` was sent; events that come meanwhile stand in `pending`. */
  ready: boolean;
  /** How often its `state` was asked for. */
  asked: number;
  pending: SaleEvent[];
  /** Number of the last event it knows. */
  lastNumber: number;
  readonly lastSent: LastSent;
  /** In a round, nothing is to be said before this time (ms, whole) and before the line has advanced so far; see `position-due.ts`. */
  nextCheckAtMs: number;
  nextCheckAdvanced: number;
  pingedAtMs: number;
  /** When the last frame was sent to it, ms, whole. */
  sentAtMs: number;
  /** The first estimate it was given, to learn how wrong it was. */
  firstEstimate: (Estimate & { atMs: number }) | null;
  /** Which version of the sale it was told, and when. */
  saleVersion: number;
  saleAtMs: number;
  alive: boolean;
  setLastSent: (lastSent: LastSent) => void;
  send: (message: ServerMessage) => void;
  /** A frame serialised once for many. */
  sendText: (type: ServerMessage['type'], text: string) => void;
  /** What `frames` sends leaves in one write: the system call costs more than the frames. */
  corked: (frames: () => void) => void;
  close: (code: keyof typeof closeCodes, reason: CloseReason) => void;
  /** Pings, unless it was pinged less than `spacingMs` ago (false); cuts the connection when the last ping was not answered. */
  ping: (spacingMs: number, nowMs: number) => boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** `connection`: what `ws` writes to. */
export const createLiveSocket = (
  ws: WebSocket,
  connection: Pick<Socket, 'cork' | 'uncork'>,
  token: VisitorToken,
  rawToken: string,
  metrics: LiveMetrics,
): LiveSocket => {
  let closing = false;
  const jitter = Math.random();
  const close = (code: keyof typeof closeCodes, reason: CloseReason): void => {
    if (closing) return;
    closing = true;
    metrics.closed(reason);
    ws.close(closeCodes[code], closeReason(code, Math.random()));
    setTimeout(() => ws.terminate(), socketLimits.closeMs).unref();
  };
  const sendText = (type: ServerMessage['type'], text: string): void => {
    if (closing || ws.readyState !== ws.OPEN) return;
    if (ws.bufferedAmount > socketLimits.bufferedBytes) return close('tooSlow', 'too_slow');
    ws.send(text);
    socket.sentAtMs = Math.trunc(performance.now());
    metrics.sent(type);
  };
  const socket: Writable<LiveSocket> = {
    visitorId: token.visitorId,
    token,
    rawToken,
    jitter,
    lastSeq: token.seq,
    seq: null,
    inside: false,
    ready: false,
    asked: 0,
    pending: [],
    lastNumber: 0,
    lastSent: { position: 0, atMs: 0, advanced: -1 },
    nextCheckAtMs: 0,
    nextCheckAdvanced: 0,
    // Spread from the start: a crowd that came at once is not pinged at once.
    pingedAtMs: Math.trunc(performance.now() - jitter * cadence.pingSpreadMs),
    sentAtMs: 0,
    firstEstimate: null,
    saleVersion: 0,
    saleAtMs: 0,
    alive: true,
    setLastSent: (lastSent) => {
      socket.lastSent = lastSent;
      socket.nextCheckAtMs = 0;
    },
    send: (message) => sendText(message.type, JSON.stringify(message)),
    sendText,
    corked: (frames) => {
      connection.cork();
      frames();
      connection.uncork();
    },
    close,
    ping: (spacingMs, nowMs) => {
      if (nowMs - socket.pingedAtMs < spacingMs) return false;
      socket.pingedAtMs = Math.trunc(nowMs);
      if (!socket.alive) {
        if (!closing) metrics.closed('dead');
        closing = true;
        ws.terminate();
        return true;
      }
      socket.alive = false;
      ws.ping();
      return true;
    },
  };
  let messages = 0;
  ws.on('pong', () => {
    socket.alive = true;
  });
  ws.on('message', () => {
    messages += 1;
    if (messages > clientMessageLimits.messages) close('policy', 'policy');
  });
  // A browser that breaks the protocol is not our error; ws has sent the right close code itself.
  ws.on('error', () => ws.terminate());
  ws.on('close', () => {
    if (!closing) metrics.closed('by_browser');
    closing = true;
  });
  return socket;
};
