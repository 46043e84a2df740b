import { hashBytes } from './draw.ts';

/** The indexes of `hashes`, ascending by hash, bytewise; equal ones by index. Nearly every comparison is of two numbers. */
export const sortedIndexes = (hashes: Buffer): Uint32Array => {
  const count = hashes.length / hashBytes;
  const prefixes = new Uint32Array(count);
  for (let i = 0; i < count; i++) prefixes[i] = hashes.readUInt32BE(i * hashBytes);
  const compareWhole = (a: number, b: number): number =>
    hashes.compare(hashes, b * hashBytes, (b + 1) * hashBytes, a * hashBytes, (a + 1) * hashBytes);
  return new Uint32Array(count).map((_, i) => i).sort((a, b) => prefixes[a]! - prefixes[b]! || compareWhole(a, b));
};
