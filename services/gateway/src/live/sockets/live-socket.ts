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
import { Sender, type WebSocket } from 'ws';
import type { LastSent } from '../broadcast/position-due.ts';
import type { CloseReason, LiveMetrics } from '../stats/live-metrics.ts';

declare module 'ws' {
  /** Public in ws, absent in its types. */
  const Sender: {
    frame: (data: Buffer, options: { fin: boolean; rsv1: boolean; opcode: number; mask: boolean; readOnly: boolean }) => Buffer[];
  };
}

export const socketLimits = {
  /** Limit of unread bytes; more means that the client does not read. */
  bufferedBytes: 65_536,
  /** Timeout of the closing handshake, ms; then the connection is terminated. */
  closeMs: 1_000,
} as const;

let encodedText = '';
let encodedFrame: Buffer = Buffer.alloc(0);
/** The whole text frame, kept for the next socket of a broadcast. */
const encoded = (text: string): Buffer => {
  if (text !== encodedText) {
    encodedText = text;
    encodedFrame = Buffer.concat(Sender.frame(Buffer.from(text), { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }));
  }
  return encodedFrame;
};

/** Connection of one browser. Frames are sent in the order of their events, none twice. */
export interface LiveSocket {
  readonly visitorId: string;
  readonly token: VisitorToken;
  readonly rawToken: string;
  /** 0–1, spreads the cadence of a crowd. */
  readonly jitter: number;
  /** The last known seq: that of the token, or of a newer place. */
  lastSeq: number;
  /** The seq while the visitor waits, else null. */
  seq: number | null;
  /** Active: receives stock each second. */
  inside: boolean;
  /** False until the `state` is sent; events that arrive meanwhile are in `pending`. */
  ready: boolean;
  /** Number of requests for its `state`. */
  asked: number;
  pending: SaleEvent[];
  /** Number of the last event sent. */
  lastNumber: number;
  readonly lastSent: LastSent;
  /** A broadcast skips the socket before this time (ms, whole) and before this number of removals; see `position-due.ts`. */
  nextCheckAtMs: number;
  nextCheckAdvanced: number;
  pingedAtMs: number;
  /** Time of the last frame, ms, whole. */
  sentAtMs: number;
  /** The first estimate sent, to measure its error. */
  firstEstimate: (Estimate & { atMs: number }) | null;
  /** Version of the last `sale` frame, and its time. */
  saleVersion: number;
  saleAtMs: number;
  alive: boolean;
  setLastSent: (lastSent: LastSent) => void;
  send: (message: ServerMessage) => void;
  /** A frame serialised and encoded once for many sockets. */
  sendText: (type: ServerMessage['type'], text: string) => void;
  /** Corks the frames of `frames` into one write: the system call costs more than the frames. */
  corked: (frames: () => void) => void;
  close: (code: keyof typeof closeCodes, reason: CloseReason) => void;
  /** Pings, unless the last ping is less than `spacingMs` ago (false); terminates the connection when that ping is unanswered. */
  ping: (spacingMs: number, nowMs: number) => boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** `connection`: the TCP connection below `ws`. */
export const createLiveSocket = (
  ws: WebSocket,
  connection: Pick<Socket, 'cork' | 'uncork' | 'write'>,
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
  const sendBy = (type: ServerMessage['type'], write: () => void): void => {
    if (closing || ws.readyState !== ws.OPEN) return;
    if (ws.bufferedAmount > socketLimits.bufferedBytes) return close('tooSlow', 'too_slow');
    write();
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
    // Spread from the start, so that sockets opened together are not pinged together.
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
    send: (message) => sendBy(message.type, () => ws.send(JSON.stringify(message))),
    // Without compression, ws writes at once: both ways keep the order.
    sendText: (type, text) => sendBy(type, () => connection.write(encoded(text))),
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
  // A protocol error of a browser is no error of the gateway; ws has sent the close code.
  ws.on('error', () => ws.terminate());
  ws.on('close', () => {
    if (!closing) metrics.closed('by_browser');
    closing = true;
  });
  return socket;
};
