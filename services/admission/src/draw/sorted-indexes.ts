import { hashBytes } from './draw.ts';

/** Hashes that one sort takes: an index has 24 of the 53 bits that a number holds exactly, the hash's first bits the rest. */
export const maxHashes = 2 ** 24;
const prefixBits = 29;

/** The indexes of `hashes`, ascending by hash, bytewise; equal ones by index. */
export const sortedIndexes = (hashes: Buffer): Uint32Array => {
  const count = hashes.length / hashBytes;
  if (count > maxHashes) throw new Error(`a draw has at most ${maxHashes} entries`);
  // A typed array without a comparator is sorted natively: eight times as fast as indexes compared in JavaScript.
  const prefixed = new Float64Array(count);
  for (let i = 0; i < count; i++) prefixed[i] = (hashes.readUInt32BE(i * hashBytes) >>> (32 - prefixBits)) * maxHashes + i;
  prefixed.sort();
  const prefixAt = (at: number): number => Math.floor(prefixed[at]! / maxHashes);
  const indexes = Uint32Array.from(prefixed, (value) => value % maxHashes);
  const compare = (a: number, b: number): number =>
    hashes.compare(hashes, b * hashBytes, (b + 1) * hashBytes, a * hashBytes, (a + 1) * hashBytes) || a - b;
  for (let from = 0, to = 1; from < count; from = to++) {
    while (to < count && prefixAt(to) === prefixAt(from)) to++;
    if (to - from > 1) indexes.subarray(from, to).sort(compare);
  }
  return indexes;
};
