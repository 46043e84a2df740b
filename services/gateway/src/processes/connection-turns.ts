import type { Socket } from 'node:net';
import { processLimits } from './messages.ts';

/** One process, as the turns see it. */
export interface Taker {
  number: number;
  /** Hands the connection over; false when that is impossible. */
  give: (socket: Socket) => boolean;
  /** False while it is silent. */
  isWell: () => boolean;
}
interface Seat extends Taker {
  waiting: Socket[];
  /** When the connection that has not arrived was sent; null when none is on its way. */
  sentAtMs: number | null;
}

/**
 * Connections go to the processes strictly in turn. Node's cluster gives each to the process that is free first, which in a burst of 512 is the faster
 * one: the other got 34 to 41 %. Here each connection has its process at once and waits for it; only when the process ends or stays
 * silent, the next one gets it. One at a time is on its way to a process, because Node waits for each handle and loses those queued for a process that dies.
 */
export const createConnectionTurns = (now: () => number = () => performance.now()) => {
  const seats = new Map<number, Seat>();
  /** Connections that came while there was no process. */
  let homeless: Socket[] = [];
  let last = -1;

  const isStuck = (seat: Seat): boolean => !seat.isWell() || (seat.sentAtMs !== null && now() - seat.sentAtMs > processLimits.acceptMs);
  const next = (): Seat | undefined => {
    const all = [...seats.values()].sort((a, b) => a.number - b.number);
    const well = all.filter((seat) => !isStuck(seat));
    const open = well.length > 0 ? well : all;
    return open.find(({ number }) => number > last) ?? open[0];
  };
  const send = (seat: Seat): void => {
    while (seat.sentAtMs === null && seat.waiting.length > 0) {
      const socket = seat.waiting.shift()!;
      if (socket.destroyed) continue;
      if (seat.give(socket)) seat.sentAtMs = now();
      else socket.destroy();
    }
  };
  const deal = (socket: Socket): void => {
    const seat = next();
    if ((seat?.waiting ?? homeless).length >= processLimits.waitingConnections) return void socket.destroy();
    if (!seat) return void homeless.push(socket);
    last = seat.number;
    seat.waiting.push(socket);
    send(seat);
  };
  const dealAgain = (sockets: Socket[]): void => {
    for (const socket of sockets) deal(socket);
  };

  return {
    deal,
    add: (taker: Taker): void => {
      seats.set(taker.number, { ...taker, waiting: [], sentAtMs: null });
      dealAgain(homeless.splice(0));
    },
    /** The process takes no further connection: those that wait for it go to the others. */
    remove: (number: number): void => {
      const seat = seats.get(number);
      seats.delete(number);
      if (seat) dealAgain(seat.waiting);
    },
    accepted: (number: number): void => {
      const seat = seats.get(number);
      if (!seat) return;
      seat.sentAtMs = null;
      send(seat);
    },
    /** To be called at each heartbeat: what waits for a silent process goes to the others. */
    look: (): void => {
      const stuck = [...seats.values()].filter(isStuck);
      if (stuck.length < seats.size) for (const seat of stuck) dealAgain(seat.waiting.splice(0));
    },
    size: (): number => seats.size,
    /** Ends what nobody can take any more. */
    stop: (): void => {
      for (const socket of [...homeless, ...[...seats.values()].flatMap(({ waiting }) => waiting)]) socket.destroy();
      homeless = [];
    },
  };
};
export type ConnectionTurns = ReturnType<typeof createConnectionTurns>;
