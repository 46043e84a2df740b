import { pingWithinMs, type Sale } from '@sunbeon/contracts';
import { isDue, mayBeDue, nextCheckAfter } from './cadence.ts';
import { positionFrame } from './frames.ts';
import { forEachYielding } from './for-each-yielding.ts';
import type { LiveSocket } from '../sockets/live-socket.ts';
import { isWaiting, advancedOf, positionOf, type Mirror } from '../stream/mirror.ts';

export const positionBroadcastLimits = {
  /** Positions and pings are looked at this often, ms. */
  everyMs: 1_000,
  /** A browser that has not answered its last ping when the next is due is gone, ms; pings are spread over it. */
  pingMs: pingWithinMs,
  /** Counts of the sale are told to those who wait at most this often, ms. */
  countsMs: 10_000,
  /** Who was not pinged for so long is pinged along with the next position, in the same write, ms; half of `pingMs`, so that one of two goes along. */
  pingAlongMs: 12_500,
  /** To whom nothing was sent for so long `alive` is sent, ms; with the spread and a round's delay it stays below `aliveWithinMs`. */
  aliveMs: 8_000,
  /** Spread of `aliveMs` over the sockets, ms, so that a crowd that was told something at once is not told the next at once. */
  aliveSpreadMs: 800,
} as const;

/** When `alive` is due to a socket to which nothing else is sent, ms. */
const aliveAtMs = (socket: LiveSocket): number => socket.sentAtMs + positionBroadcastLimits.aliveMs + socket.jitter * positionBroadcastLimits.aliveSpreadMs;

interface PositionBroadcastContext {
  all: ReadonlySet<LiveSocket>;
  /** Null until the first load. */
  mirror: () => Mirror | null;
  sale: () => Sale | null;
  sendSale: (socket: LiveSocket) => void;
  /** The `alive` frame of this moment. */
  alive: () => string;
}

/** Goes round all sockets of a sale each second: the position to whom it is due, else `alive` to whom nothing was sent for long; pings go along. */
export const startPositionBroadcast = ({ all, mirror, sale, sendSale, alive }: PositionBroadcastContext): { stop: () => void } => {
  /** False when there was nothing to tell. */
  const sendPosition = (socket: LiveSocket, now: number): boolean => {
    // Looked at anew for each: line and pace may change between two turns.
    const line = mirror();
    const current = sale();
    if (!line || !current || !socket.ready || socket.seq === null) return false;
    const advanced = advancedOf(line);
    if (!mayBeDue(socket.lastSent, advanced, now, line.pace, socket.jitter) || !isWaiting(line, socket.seq)) return false;
    const position = positionOf(line, socket.seq);
    if (!isDue(position, socket.lastSent, now, line.pace, socket.jitter)) return false;
    socket.setLastSent({ position, atMs: now, advanced });
    const frame = positionFrame(line, current, socket.seq);
    socket.corked(() => {
      socket.send(frame);
      if (now - socket.saleAtMs >= positionBroadcastLimits.countsMs) sendSale(socket);
      socket.ping(positionBroadcastLimits.pingAlongMs, now);
    });
    return true;
  };
  /** One text for all of a round. */
  let aliveText = '';
  const sendAlive = (socket: LiveSocket, now: number): boolean => {
    if (!socket.ready || now < aliveAtMs(socket)) return false;
    socket.corked(() => {
      socket.sendText('alive', (aliveText ||= alive()));
      socket.ping(positionBroadcastLimits.pingAlongMs, now);
    });
    return true;
  };
  /** True when it wrote. */
  const visit = (socket: LiveSocket, now: number): boolean => {
    const line = mirror();
    if (line && now < socket.nextCheckAtMs && advancedOf(line) < socket.nextCheckAdvanced) return false;
    const wrote = sendPosition(socket, now) || sendAlive(socket, now) || socket.ping(positionBroadcastLimits.pingMs, now);
    if (line) {
      const { untilMs, untilAdvanced } = nextCheckAfter(socket.lastSent, line.pace, socket.jitter);
      socket.nextCheckAtMs = Math.trunc(Math.max(0, Math.min(untilMs, socket.pingedAtMs + positionBroadcastLimits.pingMs, aliveAtMs(socket))));
      socket.nextCheckAdvanced = untilAdvanced;
    }
    return wrote;
  };
  /** What goes wrong with one socket ends that socket, not the round of all others. */
  const visitSafely = (socket: LiveSocket, now: number): boolean => {
    try {
      return visit(socket, now);
    } catch {
      socket.close('tryLater', 'try_later');
      return true;
    }
  };
  let going = false;
  const timer = setInterval(async () => {
    // A long round goes on; the next one begins when it is done.
    if (going) return;
    going = true;
    const now = performance.now();
    aliveText = '';
    try {
      await forEachYielding(all, (socket) => visitSafely(socket, now));
    } finally {
      going = false;
    }
  }, positionBroadcastLimits.everyMs);
  return { stop: () => clearInterval(timer) };
};
