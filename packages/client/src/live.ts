import { backoffMs } from './backoff.ts';
import { closeCodes, retryAfterMsOf, silentMs, type ServerMessage } from './contracts.ts';
import { isHidden, watchDevice } from './device.ts';
import type { Failure } from './result.ts';

/** live: frames arrive by WebSocket. polling: no WebSocket, but polls succeed. offline: neither. */
export type Connection = 'live' | 'polling' | 'offline';

/** The used part of a WebSocket: that of a browser, of Node 22, or of the package `ws`. */
export interface WebSocketLike {
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  close(code?: number): void;
}
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** Result of one poll: ms until the next one; or that it failed, with the failure whose `Retry-After` counts. */
export type PollResult = number | Failure | null;

export interface LiveOptions {
  /** Address of the stream; `after`: id of the last event received. */
  address: (after?: string) => string;
  /** Read at each attempt: the token may have changed. */
  protocols: () => string[];
  onMessage: (message: ServerMessage) => void;
  onConnection: (connection: Connection) => void;
  /** Polls the present state once. */
  poll: (signal: AbortSignal) => Promise<PollResult>;
  /** Instead of the global one. Without any, the place is polled. */
  WebSocket?: WebSocketConstructor | undefined;
  /** In [0, 1). */
  random?: () => number;
}
export interface Live {
  /** After sleep or when the page becomes visible: checks whether the connection is alive. */
  wake: () => void;
  /** Replaces the socket, which may be half-open. */
  reconnect: () => void;
  close: () => void;
}

/** Timeout of a new socket until its first frame, ms. */
const connectWithinMs = 8_000;
/** Time without a socket after which polling begins, ms; half to the whole of it, to spread a crowd. */
const pollFromMs = 3_000;
/** Shortest pause between two polls, ms, a lower bound of the server's. */
const pollAtLeastMs = 500;
/** Longest `Retry-After` of a poll that is followed, ms: a proxy may say an hour, and a claim window is 30 s. */
const longestRetryAfterMs = 15_000;
/** Attempts in succession without any frame after which no WebSocket gets through, or the server has no room; then their pauses are so many times as long. */
const blockedFrom = 5;
const blockedFactor = 8;
/** Close codes without a reconnect (refused, replaced by a newer tab, sale deleted); polling goes on. */
const finalCodes = new Set<number>([closeCodes.policy, closeCodes.replaced, closeCodes.saleDeleted]);
/** Code of a socket dropped by this client: as an abnormal closure. */
const brokenCode = 1006;

const parse = (data: unknown): ServerMessage | null => {
  try {
    const message = JSON.parse(String(data)) as ServerMessage | null;
    return typeof message?.type === 'string' ? message : null;
  } catch {
    return null;
  }
};

/**
 * Follows one place: WebSocket first, polling while there is none. Reconnects with jitter, or at once when the tab
 * becomes visible, wakes up or the network returns, and resumes after the last event received. Where no WebSocket gets through, it is tried again
 * once a minute on average. Close it before opening another.
 */
export const openLive = ({
  address,
  protocols,
  onMessage,
  onConnection,
  poll,
  WebSocket = globalThis.WebSocket,
  random = Math.random,
}: LiveOptions): Live => {
  let socket: WebSocketLike | null = null;
  let lastId: string | undefined;
  let attempt = 0;
  let failedPolls = 0;
  let speaking = false;
  let final = !WebSocket;
  let stopped = false;
  let asking: AbortController | null = null;
  const timers: Partial<Record<'connect' | 'give-up' | 'poll' | 'silence', ReturnType<typeof setTimeout>>> = {};

  const cancel = (name: keyof typeof timers): void => clearTimeout(timers[name]);
  const after = (name: keyof typeof timers, ms: number, act: () => void): void => {
    cancel(name);
    timers[name] = setTimeout(act, ms);
  };

  const ask = async (): Promise<void> => {
    asking?.abort();
    cancel('poll');
    const mine = new AbortController();
    asking = mine;
    const next = await poll(mine.signal).catch((error: unknown) => {
      // Of the caller's code: polling goes on.
      console.error(error);
      return null;
    });
    if (mine.signal.aborted || stopped) return;
    asking = null;
    const seen = typeof next === 'number';
    if (!seen && speaking) return drop();
    if (speaking) return;
    failedPolls = seen ? 0 : failedPolls + 1;
    onConnection(seen ? 'polling' : 'offline');
    const pauseMs = seen
      ? Math.max(pollAtLeastMs, next) * (0.9 + 0.2 * random())
      : Math.max(backoffMs(failedPolls, random()), Math.min(longestRetryAfterMs, next?.retryAfterMs ?? 0));
    after('poll', pauseMs, () => void ask());
  };

  /** A silent socket: polls the present state and opens another socket meanwhile. */
  const silent = (): void => {
    drop();
    void ask();
  };

  const spoke = (): void => {
    if (!speaking) onConnection('live');
    speaking = true;
    attempt = 0;
    failedPolls = 0;
    asking?.abort();
    cancel('poll');
    cancel('give-up');
    after('silence', silentMs, silent);
  };

  const connectInMs = (): number => backoffMs(attempt, random()) * (attempt++ < blockedFrom ? 1 : blockedFactor);

  /** The delay of the server, if the close reason has one, prevents a thundering herd. */
  const lost = (code: number, reason = ''): void => {
    const wasSpeaking = speaking;
    socket = null;
    speaking = false;
    cancel('give-up');
    cancel('silence');
    final ||= finalCodes.has(code);
    if (!final) after('connect', retryAfterMsOf(reason) ?? connectInMs(), connect);
    if (final) void ask();
    else if (wasSpeaking) after('poll', pollFromMs * (0.5 + 0.5 * random()), () => void ask());
  };

  /** Drops the socket at once: the close event of a half-open one may take minutes. */
  const drop = (): void => {
    const old = socket;
    if (old === null) return;
    old.onmessage = old.onclose = null;
    old.close();
    lost(brokenCode);
  };

  const connect = (): void => {
    if (stopped || final || socket !== null) return;
    cancel('connect');
    let mine: WebSocketLike;
    try {
      mine = new WebSocket(address(lastId), protocols());
    } catch {
      // A policy of the browser forbids it.
      return lost(brokenCode);
    }
    socket = mine;
    mine.onmessage = ({ data }: { data: unknown }) => {
      const message = parse(data);
      if (message === null) return;
      spoke();
      if ('id' in message) lastId = message.id ?? lastId;
      onMessage(message);
    };
    // A close event follows each error; without a listener, `ws` would end the process.
    mine.onerror = () => {};
    mine.onclose = ({ code, reason }: { code: number; reason?: string }) => lost(code, reason);
    after('give-up', connectWithinMs, drop);
  };

  const wake = (): void => {
    if (isHidden()) return;
    if (socket === null) attempt = 0;
    connect();
    void ask();
  };
  const reconnect = (): void => {
    drop();
    wake();
  };

  const unwatch = watchDevice({ onLook: wake, onReturn: reconnect, onOffline: () => onConnection('offline') });
  connect();
  if (final) void ask();
  else after('poll', pollFromMs * (0.5 + 0.5 * random()), () => void ask());

  return {
    wake,
    reconnect,
    close: () => {
      stopped = true;
      unwatch();
      for (const timer of Object.values(timers)) clearTimeout(timer);
      asking?.abort();
      if (socket !== null) {
        socket.onmessage = socket.onclose = null;
        socket.close(1000);
      }
    },
  };
};
