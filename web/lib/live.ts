import type { ServerMessage } from '@sunbeon/contracts';
import { backoffMs } from './backoff.ts';

/** live: a WebSocket delivers. polling: none does, but asking works. offline: neither. */
export type Connection = 'live' | 'polling' | 'offline';

export interface LiveOptions {
  address: (after?: string) => string;
  /** Read at each attempt: what speaks for the place may have changed. */
  protocols: () => string[];
  onMessage: (message: ServerMessage) => void;
  onConnection: (connection: Connection) => void;
  /** Asks once for the present state. Answers after how many ms to ask again, or null when nothing answered. */
  poll: (signal: AbortSignal) => Promise<number | null>;
  random?: () => number;
}
export interface Live {
  /** The device slept: is the connection still there? */
  wake: () => void;
  close: () => void;
}

/** A socket that has not spoken by then is given up, ms. */
const connectWithinMs = 8_000;
/** Without a socket for so long, polling begins, ms; half to the whole of it, so that a crowd spreads. */
const pollFromMs = 3_000;
/** Shortest pause between two polls, ms, whatever the server says. */
const pollAtLeastMs = 500;
/** The server sends something at least every 10 s (DESIGN.md §10); after so much silence, ms, the connection is dead, whatever it looks like. */
const silenceMs = 15_000;
/** 1008 policy, 4009 replaced by a newer tab, 4010 sale deleted: coming back by itself would do harm; polling goes on. */
const finalCodes = new Set([1008, 4009, 4010]);

const parse = (data: unknown): ServerMessage | null => {
  try {
    const message = JSON.parse(String(data)) as ServerMessage | null;
    return typeof message?.type === 'string' ? message : null;
  } catch {
    return null;
  }
};

/**
 * Follows one place: WebSocket first, polling while there is none. It reconnects with jitter, at once when the tab
 * becomes visible, wakes up or the network returns, and resumes after the last event it saw. Close it before opening another.
 */
export const openLive = ({ address, protocols, onMessage, onConnection, poll, random = Math.random }: LiveOptions): Live => {
  let socket: WebSocket | null = null;
  let lastId: string | undefined;
  let attempt = 0;
  let failedPolls = 0;
  let speaking = false;
  let final = false;
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
    const mine = new AbortController();
    asking = mine;
    const nextMs = await poll(mine.signal);
    if (mine.signal.aborted || stopped) return;
    asking = null;
    if (nextMs === null && speaking) return drop();
    if (speaking) return;
    failedPolls = nextMs === null ? failedPolls + 1 : 0;
    onConnection(nextMs === null ? 'offline' : 'polling');
    const pauseMs = nextMs === null ? backoffMs(failedPolls, random()) : Math.max(pollAtLeastMs, nextMs) * (0.9 + 0.2 * random());
    after('poll', pauseMs, () => void ask());
  };

  /** Its frames stopped without a close: the present is asked for now, and another socket is opened meanwhile. */
  const silent = (): void => {
    drop();
    cancel('poll');
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
    after('silence', silenceMs, silent);
  };

  /** The server may say when to come back, so that a crowd it sends away does not return at once. */
  const lost = (code: number, reason = ''): void => {
    const wasSpeaking = speaking;
    socket = null;
    speaking = false;
    cancel('give-up');
    cancel('silence');
    final ||= finalCodes.has(code);
    const asked = /^retry-after-ms=(\d{1,5})$/.exec(reason)?.[1];
    if (!final) after('connect', asked === undefined ? backoffMs(attempt++, random()) : Number(asked), connect);
    if (final) void ask();
    else if (wasSpeaking) after('poll', pollFromMs * (0.5 + 0.5 * random()), () => void ask());
  };

  /** Forgets the socket at once: a dead one may take minutes to report its close. */
  const drop = (): void => {
    const old = socket;
    if (old === null) return;
    old.onmessage = old.onclose = null;
    old.close();
    lost(1006);
  };

  const connect = (): void => {
    if (stopped || final || socket !== null) return;
    cancel('connect');
    const mine = new WebSocket(address(lastId), protocols());
    socket = mine;
    mine.onmessage = ({ data }: MessageEvent) => {
      const message = parse(data);
      if (message === null) return;
      spoke();
      if ('id' in message) lastId = message.id ?? lastId;
      onMessage(message);
    };
    mine.onclose = ({ code, reason }: CloseEvent) => lost(code, reason);
    after('give-up', connectWithinMs, drop);
  };

  const wake = (): void => {
    if (document.visibilityState === 'hidden') return;
    if (socket === null) attempt = 0;
    if (speaking || final) void ask();
    else connect();
  };
  /** After a freeze or from the back-forward cache the socket may be dead without knowing. */
  const onShown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) onOnline();
  };
  const onOffline = (): void => onConnection('offline');
  const onOnline = (): void => {
    drop();
    wake();
  };

  document.addEventListener('visibilitychange', wake);
  document.addEventListener('resume', onOnline);
  window.addEventListener('pageshow', onShown);
  window.addEventListener('online', onOnline);
  window.addEventListener('offline', onOffline);
  connect();
  after('poll', pollFromMs * (0.5 + 0.5 * random()), () => void ask());

  return {
    wake,
    close: () => {
      stopped = true;
      document.removeEventListener('visibilitychange', wake);
      document.removeEventListener('resume', onOnline);
      window.removeEventListener('pageshow', onShown);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('offline', onOffline);
      for (const timer of Object.values(timers)) clearTimeout(timer);
      asking?.abort();
      if (socket !== null) {
        socket.onmessage = socket.onclose = null;
        socket.close(1000);
      }
    },
  };
};
