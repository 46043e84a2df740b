import { estimateError, eventId, pollAfterMs, socketsPerVisitor, type Sale, type SaleEvent, type Visitor } from '@sunbeon/contracts';
import { tracing } from '@sunbeon/runtime';
import { aliveFrame, frameOf, waitingVisitor } from './broadcast/frames.ts';
import { forEachYielding } from './broadcast/for-each-yielding.ts';
import type { LiveContext } from './live-context.ts';
import type { LiveSocket } from './sockets/live-socket.ts';
import { isWaiting, advancedOf } from './stream/mirror.ts';
import { ofPresentPlace, visitorsOf } from './stream/recent-events.ts';
import { createPublishedLine, type PublishedLine } from './line/published-line.ts';
import { startPositionBroadcast } from './broadcast/position-broadcast.ts';
import { createSaleSnapshot } from './stream/sale-snapshot.ts';
import { followSale } from './stream/sale-stream.ts';

/** All local sockets of one sale: routing and order of frames. */
export interface SaleChannel {
  /** False when there is no such sale; rejects when Redis is away. */
  loaded: Promise<boolean>;
  /** Whether a token of this generation is of this sale; reloads when it may be of a newer one. Rejects when it cannot. */
  knows: (generation: number) => Promise<boolean>;
  /** Subscribes the socket and sends its first `state`; `after`: number of the last event that the browser received. */
  enter: (socket: LiveSocket, after: number | null) => Promise<void>;
  leave: (socket: LiveSocket) => void;
  /** The public line; null when the sale is gone. Rejects when Redis is away for long, or when stopped. */
  line: () => Promise<PublishedLine | null>;
  sockets: () => Iterable<LiveSocket>;
  size: () => number;
  /** For how long events may be missing here, seconds. */
  ageSeconds: () => number;
  stop: () => void;
}

export const createSaleChannel = (context: LiveContext, saleId: string, onGone: () => void): SaleChannel => {
  const byVisitor = new Map<string, Set<LiveSocket>>();
  /** All sockets as an array: ten thousand are visited every second. */
  const all = new Set<LiveSocket>();

  const deliver = (socket: LiveSocket, event: SaleEvent): void => {
    if (!socket.ready) {
      socket.pending.push(event);
      return;
    }
    if (event.number <= socket.lastNumber) return;
    socket.lastNumber = event.number;
    if (event.type === 'left') return sendLeft(socket, event.number);
    if (event.type === 'rejoined' || event.type === 'drawn') return deliverPlace(socket, event);
    const frame = frameOf(saleId, event);
    if (frame) socket.send(frame);
    if (event.type === 'cancelled' && event.data.left) return sendLeft(socket, event.number);
    if (event.type === 'admitted') {
      socket.inside = true;
      if (socket.firstEstimate) {
        const offSeconds = estimateError(socket.firstEstimate, (performance.now() - socket.firstEstimate.atMs) / 1_000);
        context.metrics.estimated(offSeconds);
        context.gatewayStats.estimated(saleId, offSeconds);
      }
    }
    const ended = event.type === 'expired' || event.type === 'purchased' || event.type === 'completed';
    if (ended) socket.inside = false;
    if (ended || event.type === 'admitted') socket.seq = null;
  };

  const relay = (event: SaleEvent): void => {
    for (const visitor of visitorsOf(event)) for (const socket of byVisitor.get(visitor) ?? []) deliver(socket, event);
  };
  const stream = followSale(context, saleId, {
    onEvent: (event) => {
      const traced = event.trace === undefined ? null : tracing();
      if (traced && visitorsOf(event).some((visitor) => byVisitor.has(visitor)))
        traced.within(`relay ${event.type}`, { kind: 'producer', parent: event.trace }, () => relay(event));
      else relay(event);
      if (event.type === 'sale') snapshot.touch(true);
    },
    onBatch: () => snapshot.touch(),
    onReload: () => {
      snapshot.touch();
      // Events are held back until the new place is known: frames of the new line come after its `state`.
      for (const socket of all) socket.ready = false;
      void forEachYielding(all, (socket) => {
        void sendState(socket, null);
        return true;
      });
    },
    onGone,
  });
  const mirror = () => stream.mirror()!;

  const snapshot = createSaleSnapshot(
    context,
    saleId,
    () => stream.mirror()?.cursor ?? 0,
    ({ urgent, estimates, stock }) => {
      // A new pace or a pause changes every estimate, also without a change of position.
      if (estimates) for (const socket of all) socket.setLastSent({ position: 0, atMs: -Infinity, advanced: -1 });
      if (urgent || stock) void forEachYielding(all, (socket) => socket.ready && (urgent || socket.inside) && sendSale(socket));
    },
  );
  /** False when the socket has that version already. */
  const sendSale = (socket: LiveSocket): boolean => {
    if (socket.saleVersion === snapshot.version()) return false;
    socket.saleVersion = snapshot.version();
    socket.saleAtMs = performance.now();
    socket.sendText('sale', snapshot.frame());
    return true;
  };

  const sendLeft = (socket: LiveSocket, number: number): void => {
    socket.seq = null;
    socket.inside = false;
    const sale = snapshot.current();
    const visitor: Visitor = {
      saleId,
      visitorId: socket.visitorId,
      state: 'left',
      generation: socket.token.generation,
      ...(socket.lastSeq > 0 ? { seq: socket.lastSeq } : {}),
      pollAfterMs: pollAfterMs('left', undefined),
    };
    if (sale) socket.send({ type: 'state', id: eventId(number), visitor, sale });
  };

  /** A place that is new to the socket: its number was drawn, or it was taken elsewhere. Without a number it is one of the lobby, and read. */
  const deliverPlace = (socket: LiveSocket, event: Extract<SaleEvent, { type: 'rejoined' | 'drawn' }>): void => {
    const seq = event.type === 'rejoined' ? event.data.seq : event.data.from + event.data.visitors.indexOf(socket.visitorId);
    // Of a place that the visitor has left meanwhile, or of an older one, the number says nothing.
    if (seq === undefined) void sendState(socket, null);
    else if (event.type === 'rejoined' || socket.seq === null) sendPlace(socket, seq, event);
  };
  /** A new place. */
  const sendPlace = (socket: LiveSocket, seq: number, { type, number }: Pick<SaleEvent, 'type' | 'number'>): void => {
    socket.lastSeq = seq;
    const read = snapshot.current();
    // A drawn number may come before the sale is read again: where it is, the lobby is over.
    const sale: Sale | null = read?.status === 'lobby' && type === 'drawn' ? { ...read, status: 'drawing' } : read;
    if (!sale || !isWaiting(mirror(), seq)) return;
    const visitor = waitingVisitor(mirror(), sale, snapshot.chances(), socket.visitorId, seq);
    noteState(socket, visitor);
    socket.send({ type: 'state', id: eventId(number), visitor, sale });
  };
  const noteState = (socket: LiveSocket, visitor: Visitor): void => {
    socket.seq = visitor.state === 'waiting' ? (visitor.seq ?? null) : null;
    socket.inside = visitor.state === 'admitted';
    socket.setLastSent({ position: visitor.position ?? 0, atMs: performance.now(), advanced: advancedOf(mirror()) });
    socket.firstEstimate = visitor.etaSeconds ? { ...visitor.etaSeconds, atMs: performance.now() } : null;
    socket.saleVersion = snapshot.version();
    socket.saleAtMs = performance.now();
  };

  /** A waiting visitor's place follows from token and mirror; all others are read from the queue service, many in one call. */
  const look = async (socket: LiveSocket): Promise<{ visitor: Visitor; number: number } | null> => {
    const {
      token: { generation },
      lastSeq: seq,
    } = socket;
    const sale = snapshot.current()!;
    if (generation !== mirror().generation) {
      // A token of a deleted sale. For one newer than this gateway's copy, the browser tries again.
      if (generation < mirror().generation) socket.close('saleDeleted', 'sale_deleted');
      else socket.close('tryLater', 'try_later');
      return null;
    }
    if (seq > 0 && isWaiting(mirror(), seq)) {
      return { visitor: waitingVisitor(mirror(), sale, snapshot.chances(), socket.visitorId, seq), number: mirror().cursor };
    }
    const answer = await context.place(saleId, socket.rawToken);
    if (answer.status === 200)
      return { visitor: JSON.parse(answer.text) as Visitor, number: Number(answer.headers?.['x-sunbeon-event'] ?? mirror().cursor) };
    if (answer.status === 404 || answer.status === 401) socket.close('policy', 'policy');
    else socket.close('tryLater', 'try_later');
    return null;
  };

  /** With overlapping calls, only the newest answer is sent: an older one may lack events already sent. */
  const sendState = async (socket: LiveSocket, after: number | null): Promise<void> => {
    socket.ready = false;
    socket.asked += 1;
    const { asked } = socket;
    try {
      const seen = (await snapshot.get()) && (await look(socket));
      if (!seen || socket.asked !== asked) return;
      const { visitor, number } = seen;
      // No event included in the state is sent after it: the recent events must reach its number.
      const resumed = after !== null && (await stream.reached(number)) && after <= number && stream.recentEvents.covers(after);
      if (socket.asked !== asked) return;
      const missed =
        resumed && visitor.state !== 'waiting' ? ofPresentPlace(stream.recentEvents.eventsFor(socket.visitorId, after, number)) : [];
      const { firstEstimate } = socket;
      // The sale of this moment: a change during the reads above was not sent to a socket that was not ready.
      const sale = snapshot.current()!;
      noteState(socket, visitor);
      socket.firstEstimate = firstEstimate ?? socket.firstEstimate;
      if (visitor.state === 'waiting' && visitor.seq !== undefined) socket.lastSeq = visitor.seq;
      // Its id precedes that of the first missed event: a client that drops frames older than the state accepts those, and nothing before them.
      socket.send({ type: 'state', id: eventId(missed.length > 0 ? missed[0]!.number - 1 : number), visitor, sale });
      socket.lastNumber = number;
      for (const event of missed) {
        const frame = frameOf(saleId, event);
        if (frame) socket.send(frame);
      }
      socket.ready = true;
      for (const event of socket.pending.splice(0)) deliver(socket, event);
    } catch {
      socket.close('tryLater', 'try_later');
    }
  };

  const broadcast = startPositionBroadcast({
    all,
    mirror: stream.mirror,
    sale: snapshot.current,
    chances: snapshot.chances,
    sendSale,
    alive: () => aliveFrame(snapshot.serverNow()),
  });

  const published = createPublishedLine(saleId, mirror, snapshot);

  return {
    loaded: stream.loaded,
    line: async () => {
      const line = await published.get();
      // Seen before the next comparison: the channel of a deleted sale ends now.
      if (line === null) await stream.check();
      return line;
    },
    knows: async (generation) => {
      if (generation > mirror().generation) await stream.check();
      return generation === mirror().generation;
    },
    sockets: () => all,
    size: () => all.size,
    ageSeconds: stream.ageSeconds,
    enter: async (socket, after) => {
      let own = byVisitor.get(socket.visitorId);
      if (!own) byVisitor.set(socket.visitorId, (own = new Set()));
      own.add(socket);
      all.add(socket);
      for (const oldest of [...own].slice(0, -socketsPerVisitor)) oldest.close('replaced', 'replaced');
      await sendState(socket, after);
    },
    leave: (socket) => {
      const own = byVisitor.get(socket.visitorId);
      if (!own?.delete(socket)) return;
      all.delete(socket);
      if (own.size === 0) byVisitor.delete(socket.visitorId);
    },
    stop: () => {
      broadcast.stop();
      snapshot.stop();
      stream.stop();
    },
  };
};
