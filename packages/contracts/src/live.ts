/** Part of the protocol: interval of `alive`, and silence after which a client gives the connection up. */
export { aliveWithinMs, silentMs } from './cadence.ts';

/** A client sends pongs only. More messages than this, or a larger one (bytes), end the connection. */
export const clientMessageLimits = { messages: 8, bytes: 1_024 } as const;
/** Connections per visitor (tabs and devices); a further one closes the oldest. */
export const socketsPerVisitor = 5;

/** Subprotocol of the stream; a client without cookies adds `bearer.<token>` as a second one. */
export const liveProtocol = 'sunbeon.v1';
export const bearerProtocolPrefix = 'bearer.';

/** Close codes. After `policy`, `replaced` and `saleDeleted` a client does not reconnect without a user's action. */
export const closeCodes = {
  restart: 1012,
  tryLater: 1013,
  policy: 1008,
  tooSlow: 4008,
  replaced: 4009,
  saleDeleted: 4010,
} as const;

/** Reconnects after a close are spread over this, ms, to prevent a thundering herd. */
const comeBackWithinMs = 3_000;

/** Close reason: `retry-after-ms=<n>`, n drawn by the server per browser; empty when no reconnect is due. `draw`: 0–1. */
export const closeReason = (code: keyof typeof closeCodes, draw: number): string =>
  code === 'restart' || code === 'tryLater' || code === 'tooSlow' ? `retry-after-ms=${Math.round(draw * comeBackWithinMs)}` : '';

/** Delay that a close reason requests, ms; null without one. */
export const retryAfterMsOf = (reason: string): number | null => {
  const match = /^retry-after-ms=(\d{1,6})$/.exec(reason);
  return match ? Number(match[1]) : null;
};
