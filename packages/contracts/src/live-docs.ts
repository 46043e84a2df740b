import type { ErrorCode } from './errors.ts';
import { answerExamples } from './examples.ts';
import type { FrameType, ServerMessage } from './live-frames.ts';
import { bearerProtocolPrefix, clientMessageLimits, socketsPerVisitor, type closeCodes } from './live.ts';

const bearer = `${bearerProtocolPrefix}<token>`;

/**
 * Refusals of the handshake, each an HTTP problem before the upgrade. `detail`: of the problem. `fix`: the client's remedy. Source of route, AsyncAPI
 * document and docs/LIVE.md.
 */
export const handshakeRefusals = {
  noOrigin: {
    code: 'origin_not_allowed',
    detail: `Send the Origin of an allowed page, or the subprotocol ${bearer}.`,
    fix: `Outside a browser, offer \`sunbeon.v1\` and \`${bearer}\`: a bearer token needs no Origin. A cookie does.`,
  },
  foreignOrigin: {
    code: 'origin_not_allowed',
    detail: `The Origin is not in ALLOWED_ORIGINS. A client that is no page sends no Origin, but the subprotocol ${bearer}.`,
    fix: 'Add the origin of the page (scheme, host and port, without a path) to `ALLOWED_ORIGINS` of the gateway. Outside a browser, send no Origin.',
  },
  noToken: {
    code: 'invalid_token',
    detail: `Send the cookie of the sale, or the subprotocol ${bearer}. The Authorization header is not read here.`,
    fix: 'Join first. From a page of another site, or without a cookie jar, use the token of the join as a subprotocol.',
  },
  badToken: {
    code: 'invalid_token',
    detail: 'The token is altered, expired, or from another sale. Join again.',
    fix: 'Compare the sale in the address with that of the join. If they agree, the place is lost: join again.',
  },
  noUpgrade: {
    code: 'upgrade_required',
    detail: 'Send Connection: Upgrade, Upgrade: websocket and Sec-WebSocket-Version: 13. A proxy in between has to pass them on.',
    fix: 'Use a WebSocket client and `ws://` or `wss://`. If it is one, a proxy removes the headers: configure it for WebSockets.',
  },
  otherUpgrade: { code: 'upgrade_required', detail: 'Upgrade must be websocket.', fix: 'Use HTTP/1.1 and `Upgrade: websocket`.' },
  otherVersion: { code: 'upgrade_required', detail: 'Sec-WebSocket-Version must be 13.', fix: 'Use a client of RFC 6455.' },
} as const satisfies Record<string, { code: ErrorCode; detail: string; fix: string }>;

/** Further codes of the handshake; meaning as in the catalogue of errors. */
export const otherHandshakeCodes = ['invalid_request', 'not_in_queue', 'sale_not_found', 'unavailable'] as const satisfies ErrorCode[];

export interface CloseCodeDoc {
  meaning: string;
  client: string;
  reconnects: boolean;
}

const comeBack = 'Connect again after the time in the reason, with `after`.';
/** Meaning of each close code, and the client's next step. */
export const closeCodeDocs: Record<keyof typeof closeCodes, CloseCodeDoc> = {
  restart: { meaning: 'The gateway stops.', client: comeBack, reconnects: true },
  tryLater: {
    meaning: 'Redis or a service is away, or the gateway does not know the newest state of the sale yet.',
    client: comeBack,
    reconnects: true,
  },
  policy: {
    meaning: `The sale knows no place for this token, or the client sent more than ${clientMessageLimits.messages} messages.`,
    client: 'Do not connect again. Read the place (`getPlace`): 401 and 404 mean that it is lost, so join again; otherwise poll.',
    reconnects: false,
  },
  tooSlow: { meaning: 'The client did not read: more than 64 KB were waiting for it.', client: comeBack, reconnects: true },
  replaced: {
    meaning: `The visitor opened more than ${socketsPerVisitor} connections; the oldest is closed.`,
    client: 'Do not connect again, which would close another one. Poll.',
    reconnects: false,
  },
  saleDeleted: {
    meaning: 'The sale was deleted, or made anew under its id.',
    client: 'Do not connect again with this token. Read the sale (`getSale`); if it is there, join anew.',
    reconnects: false,
  },
};

/** Close codes of the WebSocket protocol itself that a client sees. */
export const protocolCloseCodes: Record<number, CloseCodeDoc> = {
  1006: {
    meaning: 'The connection was lost without a close frame; also after a ping without a pong.',
    client: 'Connect again with backoff, with `after`.',
    reconnects: true,
  },
  1009: {
    meaning: `The client sent a message above ${clientMessageLimits.bytes} bytes.`,
    client: 'Correct the client: it has nothing to send.',
    reconnects: false,
  },
};

const { Visitor: visitor, Sale: sale, Hold: hold, Purchase: purchase } = answerExamples;
/** Meaning of each frame, the moment it is sent, and an example. */
export const frameDocs: { [T in FrameType]: { meaning: string; when: string; example: Extract<ServerMessage, { type: T }> } } = {
  state: {
    meaning: 'The whole state. Replaces all that the client knows',
    when: 'First on each connection; after a gap in the stream, a departure and a new place',
    example: { type: 'state', id: '1204-0', visitor, sale },
  },
  position: {
    meaning: 'Position in the line',
    when: 'While waiting, when the position changed: each second up to position 100, every 10 to 24 s further back; within a second after a change of pace or status',
    example: { type: 'position', position: 640, waiting: 5_150, etaSeconds: { low: 12, high: 16 }, chance: 0.25 },
  },
  admitted: {
    meaning: 'The visitor is admitted and has the claim window to claim',
    when: 'At the admission',
    example: { type: 'admitted', id: '1311-0', admittedUntil: '2026-05-01T10:01:21.000Z' },
  },
  claimed: {
    meaning: 'The session has begun',
    when: 'After the claim, or the hold that implies it; a purchase without a claim has only `purchased`',
    example: { type: 'claimed', id: '1320-0', admittedUntil: '2026-05-01T10:05:25.000Z' },
  },
  expired: {
    meaning: 'The admission has ended by time',
    when: 'At the tick after the deadline',
    example: { type: 'expired', id: '1402-0', reason: 'claim_missed' },
  },
  held: {
    meaning: 'Stock is reserved for the visitor',
    when: 'After `hold`',
    example: { type: 'held', id: '1330-0', hold },
  },
  released: {
    meaning: 'A hold has ended without a purchase',
    when: 'After `releaseHold`, at the end of its time, or with the end of the admission',
    example: { type: 'released', id: '1371-0', hold },
  },
  purchased: {
    meaning: 'A purchase is completed; the admission has ended',
    when: 'After `purchase` or `confirmHold`',
    example: { type: 'purchased', id: '1340-0', purchase },
  },
  extended: {
    meaning: 'The shop lengthened the session',
    when: 'After `extendPass`',
    example: { type: 'extended', id: '1360-0', admittedUntil: '2026-05-01T10:09:00.000Z' },
  },
  completed: {
    meaning: 'The shop ended the stay',
    when: 'After `completePass`',
    example: { type: 'completed', id: '1390-0', outcome: 'purchased' },
  },
  cancelled: {
    meaning: 'An operator cancelled a purchase; its quantity may be bought again',
    when: 'After `cancelOrder`; with no order and no place left, a `state` follows',
    example: { type: 'cancelled', id: '1501-0', purchase: { ...purchase, state: 'cancelled' } },
  },
  checked_in: {
    meaning: 'A purchase was used at the door',
    when: 'After `checkInOrder`',
    example: { type: 'checked_in', id: '1502-0', purchaseId: purchase.purchaseId, checkedInAt: '2026-05-01T18:30:00.000Z' },
  },
  sale: {
    meaning: 'The public sale',
    when: 'At once after a change of settings, status, message or stock total, and when nothing is left or held; counts at most every 10 s, stock to admitted visitors each second',
    example: { type: 'sale', id: '1210-0', sale },
  },
  alive: {
    meaning: 'Nothing happened, and the connection lives: a script in a browser cannot see pings',
    when: 'After 8 to 10 s without another frame',
    example: { type: 'alive', serverTime: '2026-05-01T10:00:17.250Z' },
  },
};
