import { hashBytes, keyOf, lotsOf, rootOf, writeEntry, type DrawnSale } from './draw.ts';
import { largeBuffer, withRoom } from './large-buffer.ts';
import { sortedIndexes } from './sorted-indexes.ts';

/** Entries of one page of the roster. */
export const rosterPageEntries = 4_096;
/** Of a visitor's id in UTF-8; its length is stored in one byte. */
const maxIdBytes = 255;

/** One draw, computed step by step: entries, roster, order. A million visitors are a few buffers, not a million objects. */
export const createLobbyDraw = (sale: DrawnSale) => {
  let added = 0;
  /** In the order of arrival. */
  let entries: Buffer = Buffer.alloc(0);
  /** In the order of arrival, each behind its length. */
  let ids: Buffer = Buffer.alloc(0);
  let idsEnd = 0;
  let frozen: { count: number; root: string; roster: Buffer; idAt: Uint32Array } | null = null;
  /** Indexes in the roster, by seq from 1. */
  let order: Uint32Array | null = null;

  const add = (visitorIds: readonly string[]): void => {
    if (frozen) throw new Error('the roster is frozen');
    entries = withRoom(entries, (added + visitorIds.length) * hashBytes);
    for (const visitorId of visitorIds) {
      const bytes = Buffer.byteLength(visitorId);
      if (bytes === 0 || bytes > maxIdBytes) throw new Error(`a visitor's id has 1 to ${maxIdBytes} bytes`);
      ids = withRoom(ids, idsEnd + 1 + bytes);
      ids[idsEnd] = bytes;
      ids.write(visitorId, idsEnd + 1);
      idsEnd += 1 + bytes;
      writeEntry(sale, visitorId, entries, added++ * hashBytes);
    }
  };

  /** The roster and where the id of each of its entries is stored; equal entries are one visitor. */
  const rosterOf = (): { roster: Buffer; idAt: Uint32Array } => {
    const arrivals = entries.subarray(0, added * hashBytes);
    const arrivedAt = new Uint32Array(added);
    for (let i = 0, at = 0; i < added; at += 1 + ids[at]!) arrivedAt[i++] = at;
    const roster = largeBuffer(arrivals.length);
    const idAt = new Uint32Array(added);
    let count = 0;
    let end = 0;
    for (const arrival of sortedIndexes(arrivals)) {
      arrivals.copy(roster, end, arrival * hashBytes, (arrival + 1) * hashBytes);
      if (count > 0 && roster.compare(roster, end - hashBytes, end, end, end + hashBytes) === 0) continue;
      idAt[count++] = arrivedAt[arrival]!;
      end += hashBytes;
    }
    return { roster: roster.subarray(0, end), idAt };
  };

  const freeze = (): { count: number; root: string } => {
    if (!frozen) {
      const { roster, idAt } = rosterOf();
      frozen = { count: roster.length / hashBytes, root: rootOf(roster).toString('hex'), roster, idAt };
      entries = Buffer.alloc(0);
    }
    return { count: frozen.count, root: frozen.root };
  };
  const stateFrozen = () => {
    if (!frozen) throw new Error('the roster is not frozen');
    return frozen;
  };

  const rosterPage = (page: number): Uint8Array => {
    const bytes = rosterPageEntries * hashBytes;
    // A copy with memory of its own: a message takes the whole memory behind a view along.
    return new Uint8Array(stateFrozen().roster.subarray(page * bytes, (page + 1) * bytes));
  };

  /** Erases the seed, also when it fails. */
  const drawOrder = (seed: Uint8Array, randomness: Uint8Array | null): void => {
    try {
      const { roster, root } = stateFrozen();
      if (seed.length !== hashBytes || (randomness && randomness.length !== hashBytes))
        throw new Error(`seed and randomness have ${hashBytes} bytes`);
      // Equal lots stay in the order of the roster, which is that of the entries.
      order = sortedIndexes(lotsOf(keyOf(seed, Buffer.from(root, 'hex'), randomness), roster));
    } finally {
      seed.fill(0);
    }
  };

  const orderPage = (from: number, count: number): string[] => {
    const { idAt } = stateFrozen();
    if (!order) throw new Error('the order is not drawn');
    return Array.from(order.subarray(from - 1, from - 1 + count), (index) => {
      const at = idAt[index]!;
      return ids.toString('utf8', at + 1, at + 1 + ids[at]!);
    });
  };
  return { add, freeze, rosterPage, order: drawOrder, orderPage };
};
export type LobbyDraw = ReturnType<typeof createLobbyDraw>;
