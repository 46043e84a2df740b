import { socketsPerVisitor } from '@sunbeon/contracts';
import type { CloseReason } from '../stats/live-metrics.ts';
import type { LiveContext } from '../live-context.ts';
import type { LiveSocket } from './live-socket.ts';
import { createSaleChannel, type SaleChannel } from '../sale-channel.ts';

export const hubLimits = {
  /** WebSockets of one process. */
  sockets: 40_000,
  /** Handshakes accepted per second; further ones are refused with a short delay, to spread a returning crowd. */
  handshakesPerSecond: 2_000,
  /** Sales followed by one process; each costs its mirror, its recent events and three reads of Redis every two seconds. */
  sales: 2_000,
  /** A sale is followed this long after its last socket closed, or its line was asked for, ms. */
  idleMs: 60_000,
  /** Interval of the gauge of the oldest mirror, ms. */
  ageMs: 1_000,
  /** Time over which a stopping gateway closes its sockets, ms, to spread their reconnects. */
  farewellMs: 2_000,
} as const;

export const tooManyOfAddress = 'Too many connections from this address.';

/** Reservation of one socket, counted from its creation. */
export interface Seat {
  /** Sockets of the visitor in this process, with this one. */
  ofVisitor: number;
  /** Releases the reservation; idempotent. */
  release: () => void;
}

/** All sales relayed by this process. */
export interface Hub {
  /** Reserves a socket of this visitor and address at once, so that a burst cannot exceed a limit; a text is the reason of a refusal. */
  reserve: (address: string, visitor: string) => Seat | string;
  isFollowed: (saleId: string) => boolean;
  /** The sale's relay, ready, followed for `idleMs` from now without a socket; null when there is no such sale. Rejects when Redis is away. */
  open: (saleId: string) => Promise<SaleChannel | null>;
  enter: (saleId: string, socket: LiveSocket, after: number | null) => Promise<void>;
  leave: (saleId: string, socket: LiveSocket) => void;
  stop: () => Promise<void>;
}

export const createHub = (context: LiveContext): Hub => {
  /** The least recently used first. */
  const sales = new Map<string, { live: SaleChannel; idle: NodeJS.Timeout | null }>();
  const entered = new Set<LiveSocket>();
  const byAddress = new Map<string, number>();
  const byVisitor = new Map<string, number>();
  let seats = 0;
  const countIn = (counts: Map<string, number>, name: string, by: number): void => {
    const count = (counts.get(name) ?? 0) + by;
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
  };
  context.metrics.socketsMax(hubLimits.sockets);
  let handshakes = 0;
  let handshakesSinceMs = 0;
  const tooFast = (): boolean => {
    const now = performance.now();
    if (now - handshakesSinceMs >= 1_000) {
      handshakesSinceMs = now;
      handshakes = 0;
    }
    handshakes += 1;
    return handshakes > hubLimits.handshakesPerSecond;
  };
  let stopping = false;

  /** Keeps a channel created under the same id since. */
  const drop = (saleId: string, live: SaleChannel): void => {
    const entry = sales.get(saleId);
    if (entry?.live !== live) return;
    if (entry.idle) clearTimeout(entry.idle);
    sales.delete(saleId);
    context.metrics.followed(sales.size);
    live.stop();
  };
  const sendAway = (live: SaleChannel, code: 'saleDeleted' | 'restart', reason: CloseReason): void => {
    for (const socket of [...live.sockets()]) socket.close(code, reason);
  };
  const waitIdle = (saleId: string): void => {
    const entry = sales.get(saleId);
    if (!entry || entry.live.size() > 0) return;
    if (entry.idle) entry.idle.refresh();
    else entry.idle = setTimeout(() => drop(saleId, entry.live), hubLimits.idleMs).unref();
  };
  /** Evicts the sale without a socket that was asked for least recently. */
  const dropIdle = (): void => {
    for (const [saleId, { live, idle }] of sales) if (idle && live.size() === 0) return drop(saleId, live);
  };
  /** Makes it the most recent of `sales`, which iterate in this order. */
  const used = (saleId: string): void => {
    const entry = sales.get(saleId);
    if (!entry) return;
    sales.delete(saleId);
    sales.set(saleId, entry);
  };
  const follow = (saleId: string): SaleChannel => {
    const live = createSaleChannel(context, saleId, () => {
      sendAway(live, 'saleDeleted', 'sale_deleted');
      context.gatewayStats.forget(saleId);
      drop(saleId, live);
    });
    sales.set(saleId, { live, idle: null });
    context.metrics.followed(sales.size);
    live.loaded.then(
      (found) => {
        if (!found) drop(saleId, live);
      },
      () => drop(saleId, live),
    );
    return live;
  };

  const ages = setInterval(() => {
    context.metrics.mirrorAge(Math.max(0, ...[...sales.values()].map(({ live }) => live.ageSeconds())));
  }, hubLimits.ageMs).unref();

  return {
    reserve: (address, visitor) => {
      const refuse = (limit: 'address' | 'handshakes' | 'sockets', why: string): string => {
        context.refusals.refuse(limit);
        return why;
      };
      const isFull = context.socketsPerAddress > 0 && (byAddress.get(address) ?? 0) >= context.socketsPerAddress;
      // A right token is never refused for others at its address.
      if (isFull && (byVisitor.get(visitor) ?? 0) >= socketsPerVisitor) return refuse('address', tooManyOfAddress);
      if (tooFast()) return refuse('handshakes', 'Too many browsers come at once.');
      if (stopping) return 'This gateway is stopping.';
      if (seats >= hubLimits.sockets) return refuse('sockets', 'This gateway has all the browsers it can carry.');
      seats += 1;
      countIn(byAddress, address, 1);
      countIn(byVisitor, visitor, 1);
      let taken = true;
      return {
        ofVisitor: byVisitor.get(visitor)!,
        release: () => {
          if (!taken) return;
          taken = false;
          seats -= 1;
          countIn(byAddress, address, -1);
          countIn(byVisitor, visitor, -1);
        },
      };
    },
    isFollowed: (saleId) => sales.has(saleId),
    open: async (saleId) => {
      if (stopping) throw new Error('this gateway is stopping');
      const known = sales.get(saleId);
      if (!known && sales.size >= hubLimits.sales) dropIdle();
      if (!known && sales.size >= hubLimits.sales) throw new Error('too many sales are followed');
      const live = known?.live ?? follow(saleId);
      if (!(await live.loaded)) return null;
      used(saleId);
      waitIdle(saleId);
      return live;
    },
    enter: async (saleId, socket, after) => {
      const entry = sales.get(saleId);
      if (!entry || stopping) return socket.close(stopping ? 'restart' : 'tryLater', stopping ? 'restart' : 'try_later');
      if (entry.idle) clearTimeout(entry.idle);
      entry.idle = null;
      entered.add(socket);
      context.metrics.sockets(entered.size);
      const entering = entry.live.enter(socket, after);
      context.gatewayStats.browsers(saleId, entry.live.size());
      await entering;
    },
    leave: (saleId, socket) => {
      if (!entered.delete(socket)) return;
      context.metrics.sockets(entered.size);
      const live = sales.get(saleId)?.live;
      live?.leave(socket);
      if (live) context.gatewayStats.browsers(saleId, live.size());
      used(saleId);
      waitIdle(saleId);
    },
    stop: async () => {
      stopping = true;
      clearInterval(ages);
      const all = [...sales.values()].flatMap(({ live }) => [...live.sockets()]);
      const steps = 20;
      for (let step = 0; step < steps && all.length > 0; step += 1) {
        for (const socket of all.splice(0, Math.ceil(all.length / (steps - step)))) socket.close('restart', 'restart');
        await new Promise((resolve) => setTimeout(resolve, hubLimits.farewellMs / steps));
      }
      for (const [saleId, { live }] of [...sales]) drop(saleId, live);
    },
  };
};
