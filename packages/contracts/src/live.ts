import type { Estimate, Hold, Purchase, Sale, Visitor } from './schemas.ts';

/** WebSocket, server → browser. Those that come from the stream carry its `id`. */
export type ServerMessage =
  | { type: 'state'; id: string; visitor: Visitor; sale: Sale }
  | { type: 'position'; position: number; waiting: number; etaSeconds?: Estimate }
  | { type: 'admitted'; id: string; admittedUntil: string }
  | { type: 'claimed'; id: string; admittedUntil: string }
  | { type: 'expired'; id: string; reason: 'claim_missed' | 'session_over' }
  | { type: 'held'; id: string; hold: Hold }
  | { type: 'released'; id: string; hold: Hold }
  | { type: 'purchased'; id: string; purchase: Purchase }
  | { type: 'sale'; id: string; sale: Sale };

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
