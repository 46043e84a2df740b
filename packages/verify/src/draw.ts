// The draw `sunbeon-draw-v1`, whole: SHA-256 and HMAC of Node, nothing else. docs/DRAW.md explains each step.
import { createHmac, hash } from 'node:crypto';

/** Bytes of an entry, a lot and every hash. A roster and lots are buffers of this many bytes for each entry. */
export const width = 32;

const zero = Buffer.of(0);
const sha256 = (...parts: (Uint8Array | string)[]): Buffer =>
  hash('sha256', Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part))), 'buffer');

/** Published when the sale is created: it fixes the seed without showing it. */
export const commitmentOf = (seed: Uint8Array): Buffer => sha256(seed);

/** What stands in the roster for a visitor. A visitor id gives the entry; an entry gives no visitor id. */
export const entryOf = (saleId: string, generation: number, visitorId: string): Buffer =>
  sha256('sunbeon-draw-v1/entry', zero, saleId, zero, String(generation), zero, visitorId);

export const countOf = (roster: Uint8Array): number => roster.length / width;
export const entryAt = (roster: Buffer, index: number): Buffer => roster.subarray(index * width, (index + 1) * width);

/** The first index whose entry is not greater than the one before it; null for a sorted roster without duplicates. */
export const firstUnsorted = (roster: Buffer): number | null => {
  for (let at = width; at < roster.length; at += width) {
    if (roster.compare(roster, at - width, at, at, at + width) <= 0) return at / width;
  }
  return null;
};

/** The index of an entry in a sorted roster, by halving; null when it is not there. */
export const indexOf = (roster: Buffer, entry: Uint8Array): number | null => {
  let [low, high] = [0, countOf(roster)];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const side = Buffer.compare(entryAt(roster, middle), entry);
    if (side === 0) return middle;
    if (side < 0) low = middle + 1;
    else high = middle;
  }
  return null;
};

/** Merkle leaves of RFC 6962: SHA-256(0x00 ‖ entry), one after the other. */
export const leavesOf = (roster: Buffer): Buffer => {
  const leaves = Buffer.alloc(roster.length);
  const input = Buffer.alloc(1 + width);
  for (let at = 0; at < roster.length; at += width) {
    roster.copy(input, 1, at, at + width);
    leaves.set(hash('sha256', input, 'buffer'), at);
  }
  return leaves;
};

/**
 * Merkle tree hash of RFC 6962 §2.1. Each level joins neighbours to SHA-256(0x01 ‖ left ‖ right); a last node without a neighbour moves up as it is,
 * which makes the same tree as splitting at the largest power of two.
 */
export const rootOf = (roster: Buffer): Buffer => {
  if (roster.length === 0) return sha256();
  const nodes = leavesOf(roster);
  const input = Buffer.alloc(1 + 2 * width, 1);
  let count = countOf(nodes);
  for (; count > 1; count = Math.ceil(count / 2)) {
    for (let left = 0; left < count; left += 2) {
      const at = left * width;
      if (left + 1 === count) nodes.copy(nodes, at / 2, at, at + width);
      else {
        nodes.copy(input, 1, at, at + 2 * width);
        nodes.set(hash('sha256', input, 'buffer'), at / 2);
      }
    }
  }
  return Buffer.from(nodes.subarray(0, width));
};

/** The key of all lots; `randomness` is the beacon's, if the draw has any. */
export const keyOf = (seed: Uint8Array, root: Uint8Array, randomness?: Uint8Array): Buffer =>
  sha256('sunbeon-draw-v1/key', zero, seed, root, randomness ?? '');

/** HMAC-SHA-256(key, entry) of every entry, in roster order. */
export const lotsOf = (key: Uint8Array, roster: Buffer): Buffer => {
  const lots = Buffer.alloc(roster.length);
  for (let at = 0; at < roster.length; at += width) {
    lots.set(
      createHmac('sha256', key)
        .update(roster.subarray(at, at + width))
        .digest(),
      at,
    );
  }
  return lots;
};

/** The order: indices of the roster, ascending by lot, bytewise. Equal lots keep the order of the roster, that is of the entries. */
export const orderOf = (lots: Buffer): Uint32Array => {
  const order = new Uint32Array(countOf(lots)).map((_, index) => index);
  // The first 6 bytes as a number decide nearly always, and faster than bytes.
  const prefixes = new Float64Array(order.length).map((_, index) => lots.readUIntBE(index * width, 6));
  return order.sort(
    (a, b) => prefixes[a]! - prefixes[b]! || lots.compare(lots, b * width, (b + 1) * width, a * width, (a + 1) * width) || a - b,
  );
};

/** The seq of the entry at an index: 1 + the number of entries before it. */
export const seqOf = (order: Uint32Array, index: number): number => order.indexOf(index) + 1;
