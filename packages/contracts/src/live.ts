/** Part of the protocol: when `alive` comes, and when a client gives a silent connection up. */
export { aliveWithinMs, silentMs } from './cadence.ts';

/** A client has nothing to send but pongs. More messages than this, or a larger one (bytes), end the connection. */
export const clientMessageLimits = { messages: 8, bytes: 1_024 } as const;
/** Connections of one visitor, tabs and devices; a further one closes the oldest. */
export const socketsPerVisitor = 5;

/** Subprotocol of the stream; a client without cookies adds `bearer.<token>` as a second one. */
export const liveProtocol = 'sunbeon.v1';
export const bearerProtocolPrefix = 'bearer.';

/** Close codes; after `policy`, `replaced` and `saleDeleted` a client does not connect again by itself. */
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
