import type { Estimate, Hold, Purchase, Sale, Visitor } from './schemas.ts';

/** WebSocket, server → browser. Those that come from the stream carry its `id`; ids of one connection never go down, but that of `sale` is as old as the look at the sale. */
export type ServerMessage =
  | { type: 'state'; id: string; visitor: Visitor; sale: Sale }
  | { type: 'position'; position: number; waiting: number; etaSeconds?: Estimate }
  | { type: 'admitted'; id: string; admittedUntil: string }
  | { type: 'claimed'; id: string; admittedUntil: string }
  | { type: 'expired'; id: string; reason: 'claim_missed' | 'session_over' }
  | { type: 'held'; id: string; hold: Hold }
  | { type: 'released'; id: string; hold: Hold }
  | { type: 'purchased'; id: string; purchase: Purchase }
  | { type: 'sale'; id: string; sale: Sale }
  /** Nothing happened, and the connection lives: a script in a browser cannot see pings. */
  | { type: 'alive'; serverTime: string };

/** While nothing else is sent, `alive` comes at least this often, ms. */
export const aliveWithinMs = 10_000;
/** A client that hears nothing for so long takes the connection for dead, ms: one `alive` may be late by half of its time. */
export const silentMs = 15_000;

/** Subprotocol of the stream; a client without cookies adds `bearer.<token>` as a second one. */
export const liveProtocol = 'sunbeon.v1';
export const bearerProtocolPrefix = 'bearer.';

/** Close codes; all but `policy` and `replaced` ask the browser to come back. */
export const closeCodes = {
  restart: 1012,
  tryLater: 1013,
  policy: 1008,
  tooSlow: 4008,
  replaced: 4009,
  saleDeleted: 4010,
} as const;

/** A crowd that is sent away comes back over this time, ms, so that it does not come all at once. */
const comeBackWithinMs = 3_000;

/** The close reason: `retry-after-ms=<n>`, n drawn by the server for this browser; empty when it need not come back. `draw`: 0–1. */
export const closeReason = (code: keyof typeof closeCodes, draw: number): string =>
  code === 'restart' || code === 'tryLater' || code === 'tooSlow' ? `retry-after-ms=${Math.round(draw * comeBackWithinMs)}` : '';

/** What a close reason asks for, ms; null when it asks for nothing. */
export const retryAfterMsOf = (reason: string): number | null => {
  const match = /^retry-after-ms=(\d{1,6})$/.exec(reason);
  return match ? Number(match[1]) : null;
};
