import { createHash, hash } from 'node:crypto';
import { largeBuffer } from './large-buffer.ts';

/** A sale in one of its generations. */
export interface DrawnSale {
  saleId: string;
  generation: number;
}

/** Bytes of an entry, a lot, a root, a seed, a randomness. */
export const hashBytes = 32;

/** Writes a SHA-256. By way of a string: a Buffer for each hash takes three times as long, most of it for memory. */
const writeHash = (of: string | Buffer, target: Buffer, at: number): void => {
  target.write(hash('sha256', of, 'binary'), at, 'latin1');
};

/** Writes the entry of a visitor, which only who knows the visitor's id can make. */
export const writeEntry = ({ saleId, generation }: DrawnSale, visitorId: string, target: Buffer, at: number): void =>
  writeHash(`sunbeon-draw-v1/entry\0${saleId}\0${generation}\0${visitorId}`, target, at);

export const entryOf = (sale: DrawnSale, visitorId: string): Buffer => {
  const entry = Buffer.alloc(hashBytes);
  writeEntry(sale, visitorId, entry, 0);
  return entry;
};

/** The Merkle tree hash of a roster (RFC 6962 §2.1), level by level: the last node of an odd level moves up as it is. */
export const rootOf = (roster: Buffer): Buffer => {
  const nodes = largeBuffer(Math.max(roster.length, hashBytes));
  if (roster.length === 0) writeHash('', nodes, 0);
  const leaf = Buffer.alloc(1 + hashBytes, 0x00);
  for (let at = 0; at < roster.length; at += hashBytes) {
    roster.copy(leaf, 1, at, at + hashBytes);
    writeHash(leaf, nodes, at);
  }
  const pair = Buffer.alloc(1 + 2 * hashBytes, 0x01);
  for (let end = roster.length; end > hashBytes;) {
    let parentAt = 0;
    for (let at = 0; at < end; at += 2 * hashBytes, parentAt += hashBytes) {
      // Parents overwrite nodes that are read already.
      const isAlone = nodes.copy(pair, 1, at, Math.min(at + 2 * hashBytes, end)) === hashBytes;
      if (isAlone) nodes.copy(nodes, parentAt, at, end);
      else writeHash(pair, nodes, parentAt);
    }
    end = parentAt;
  }
  return Buffer.from(nodes.subarray(0, hashBytes));
};

/** The key of all lots. The seed is hashed where it is: no copy of it remains. */
export const keyOf = (seed: Uint8Array, root: Uint8Array, randomness: Uint8Array | null): Buffer => {
  const hashing = createHash('sha256').update('sunbeon-draw-v1/key\0').update(seed).update(root);
  return (randomness ? hashing.update(randomness) : hashing).digest();
};

const hmacBlockBytes = 64;
const padded = (key: Buffer, pad: number): Buffer => {
  const bytes = Buffer.alloc(hmacBlockBytes + hashBytes, pad);
  for (const [i, byte] of key.entries()) bytes[i] = byte ^ pad;
  return bytes;
};

/** The lots of a roster, in its order: HMAC-SHA-256(key, entry), as the two hashes that it consists of, in a third of createHmac's time. */
export const lotsOf = (key: Buffer, roster: Buffer): Buffer => {
  const lots = largeBuffer(roster.length);
  const [inner, outer] = [padded(key, 0x36), padded(key, 0x5c)];
  for (let at = 0; at < roster.length; at += hashBytes) {
    roster.copy(inner, hmacBlockBytes, at, at + hashBytes);
    writeHash(inner, outer, hmacBlockBytes);
    writeHash(outer, lots, at);
  }
  return lots;
};
