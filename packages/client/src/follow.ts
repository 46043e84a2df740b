import { bearerProtocolPrefix, liveProtocol, type ServerMessage, type Visitor } from './contracts.ts';
import { openLive, type Connection, type Live, type WebSocketConstructor } from './live.ts';
import { addressOf, originOf, type RequestOptions } from './request.ts';
import type { Failure, Result } from './result.ts';

/** Address and subprotocols of a sale's live stream. */
export const liveUrlOf = (options: Pick<RequestOptions, 'baseUrl'>, saleId: string, after?: string): string => {
  const here = typeof location === 'undefined' ? undefined : location.href;
  const url = new URL(originOf(options) + addressOf('/api/sales/:sale/live', { sale: saleId }, { after }), here);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};
export const liveProtocolsOf = (token: string | undefined): string[] =>
  token === undefined ? [liveProtocol] : [liveProtocol, bearerProtocolPrefix + token];

/** The place after a frame of its stream; null before the first `state`. */
export const visitorAfter = (visitor: Visitor | null, message: ServerMessage): Visitor | null => {
  if (message.type === 'state') return message.visitor;
  if (visitor === null) return null;
  const {
    position: _position,
    etaSeconds: _etaSeconds,
    chance: _chance,
    admittedUntil: _admittedUntil,
    claimed: _claimed,
    ...rest
  } = visitor;
  switch (message.type) {
    case 'position':
      return {
        ...rest,
        position: message.position,
        waiting: message.waiting,
        ...(message.etaSeconds ? { etaSeconds: message.etaSeconds } : {}),
        ...(message.chance === undefined ? {} : { chance: message.chance }),
      };
    case 'admitted':
      return { ...rest, state: 'admitted', admittedUntil: message.admittedUntil, claimed: false };
    case 'claimed':
      return { ...rest, state: 'admitted', admittedUntil: message.admittedUntil, claimed: true };
    case 'expired':
      return { ...rest, state: 'expired' };
    case 'purchased':
      return { ...rest, state: 'purchased' };
    default:
      return visitor;
  }
};

export interface FollowHandlers {
  /** The place after each change, from the stream or a poll. */
  onVisitor?: ((visitor: Visitor) => void) | undefined;
  /** Each frame of the stream. */
  onMessage?: ((message: ServerMessage) => void) | undefined;
  onConnection?: ((connection: Connection) => void) | undefined;
  /** A poll failed. Polls go on with backoff until the caller closes. */
  onFailure?: ((failure: Failure) => void) | undefined;
}

interface FollowOptions extends FollowHandlers {
  baseUrl: RequestOptions['baseUrl'];
  saleId: string;
  token: () => string | undefined;
  place: (signal: AbortSignal) => Promise<Result<Visitor>>;
  WebSocket?: WebSocketConstructor | undefined;
}

/** Follows a place by its stream, or by polls at the server's `pollAfterMs` while there is none. */
export const followPlace = ({
  baseUrl,
  saleId,
  token,
  place,
  WebSocket,
  onVisitor,
  onMessage,
  onConnection,
  onFailure,
}: FollowOptions): Live => {
  let visitor: Visitor | null = null;
  const see = (next: Visitor | null): void => {
    if (next === null || next === visitor) return;
    visitor = next;
    onVisitor?.(next);
  };
  return openLive({
    address: (after) => liveUrlOf({ baseUrl }, saleId, after),
    protocols: () => liveProtocolsOf(token()),
    onMessage: (message) => {
      onMessage?.(message);
      see(visitorAfter(visitor, message));
    },
    onConnection: (connection) => onConnection?.(connection),
    poll: async (signal) => {
      const answer = await place(signal);
      if (signal.aborted) return null;
      if (answer.ok) see(answer.value);
      else onFailure?.(answer.failure);
      return answer.ok ? answer.value.pollAfterMs : answer.failure;
    },
    WebSocket,
  });
};
