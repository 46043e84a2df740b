import { cadence, type Chances, type Sale } from '@sunbeon/contracts';
import { isDue, mayBeDue, nextCheckAfter } from './position-due.ts';
import { positionFrame } from './frames.ts';
import { forEachYielding } from './for-each-yielding.ts';
import type { LiveSocket } from '../sockets/live-socket.ts';
import { isWaiting, advancedOf, positionOf, type Mirror } from '../stream/mirror.ts';

/** Time at which `alive` is due to an idle socket, ms. */
const aliveAtMs = (socket: LiveSocket): number => socket.sentAtMs + cadence.aliveMs + socket.jitter * cadence.aliveSpreadMs;

interface PositionBroadcastContext {
  all: ReadonlySet<LiveSocket>;
  /** Null until the first load. */
  mirror: () => Mirror | null;
  sale: () => Sale | null;
  chances: () => Chances;
  /** False when the socket has the present version. */
  sendSale: (socket: LiveSocket) => boolean;
  /** The current `alive` frame. */
  alive: () => string;
}

/** Visits all sockets of a sale each second: sends due positions, else `alive` to idle sockets; adds pings to these writes. */
export const startPositionBroadcast = ({ all, mirror, sale, chances, sendSale, alive }: PositionBroadcastContext): { stop: () => void } => {
  /** False when nothing was due. */
  const sendPosition = (socket: LiveSocket, now: number): boolean => {
    // Read again for each socket: line and pace may change between two turns.
    const line = mirror();
    const current = sale();
    if (!line || !current || !socket.ready || socket.seq === null) return false;
    const advanced = advancedOf(line);
    if (!mayBeDue(socket.lastSent, advanced, now, line.pace, socket.jitter) || !isWaiting(line, socket.seq)) return false;
    const position = positionOf(line, socket.seq);
    if (!isDue(position, socket.lastSent, now, line.pace, socket.jitter)) return false;
    socket.setLastSent({ position, atMs: now, advanced });
    const frame = positionFrame(line, current, chances(), socket.seq);
    socket.corked(() => {
      socket.send(frame);
      if (now - socket.saleAtMs >= cadence.countsMs) sendSale(socket);
      socket.ping(cadence.pingAlongMs, now);
    });
    return true;
  };
  /** One text for all sockets of a broadcast. */
  let aliveText = '';
  const sendAlive = (socket: LiveSocket, now: number): boolean => {
    if (!socket.ready || now < aliveAtMs(socket)) return false;
    socket.corked(() => {
      // In the lobby the count of visitors is the news, and comes as rarely.
      if (sale()?.status !== 'lobby' || !sendSale(socket)) socket.sendText('alive', (aliveText ||= alive()));
      socket.ping(cadence.pingAlongMs, now);
    });
    return true;
  };
  /** True when it wrote. */
  const visit = (socket: LiveSocket, now: number): boolean => {
    const line = mirror();
    if (line && now < socket.nextCheckAtMs && advancedOf(line) < socket.nextCheckAdvanced) return false;
    const wrote = sendPosition(socket, now) || sendAlive(socket, now) || socket.ping(cadence.pingMs, now);
    if (line) {
      const { untilMs, untilAdvanced } = nextCheckAfter(socket.lastSent, line.pace, socket.jitter);
      socket.nextCheckAtMs = Math.trunc(Math.max(0, Math.min(untilMs, socket.pingedAtMs + cadence.pingMs, aliveAtMs(socket))));
      socket.nextCheckAdvanced = untilAdvanced;
    }
    return wrote;
  };
  /** An error ends its socket, not the broadcast. */
  const visitSafely = (socket: LiveSocket, now: number): boolean => {
    try {
      return visit(socket, now);
    } catch {
      socket.close('tryLater', 'try_later');
      return true;
    }
  };
  let going = false;
  const round = async (): Promise<void> => {
    // Broadcasts never overlap.
    if (going) return;
    going = true;
    const now = performance.now();
    aliveText = '';
    try {
      await forEachYielding(all, (socket) => visitSafely(socket, now));
    } finally {
      going = false;
    }
  };
  const timer = setInterval(() => void round(), cadence.visitMs);
  return { stop: () => clearInterval(timer) };
};
