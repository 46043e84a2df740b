/** Seqs of a sale that left the line before admission: a bitmap with counts, 0.13 bytes a visitor. */
export interface LeftSeqs {
  add: (seq: number) => void;
  has: (seq: number) => boolean;
  /** Number of departures with a seq ≤ this one. O(log n). */
  countUpTo: (seq: number) => number;
  /** Number of all departures. */
  total: () => number;
  /** A copy of the bits of these seqs, least significant bit of a byte first; `from` and `seqs` are multiples of eight. */
  bitmap: (from: number, seqs: number) => Uint8Array;
  /** Memory, bytes. */
  bytes: () => number;
}

/** Bits of one counted block: 128 bytes to scan at the most. */
const blockBits = 1_024;
const blockBytes = blockBits / 8;
const ones = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

const reversed = Uint8Array.from({ length: 256 }, (_, byte) => parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2));

/** `bitmap` in the format of Redis: bit `seq` is bit 7 − seq mod 8 of byte seq div 8. */
export const createLeftSeqs = (bitmap: Uint8Array = new Uint8Array()): LeftSeqs => {
  let bits = new Uint8Array(0);
  let total = 0;
  /** Fenwick tree over the blocks; tree[i] for i from 1. */
  let tree = new Int32Array(1);

  const bump = (block: number, by: number): void => {
    for (let i = block + 1; i < tree.length; i += i & -i) tree[i]! += by;
  };
  const grow = (bytes: number): void => {
    const size = Math.max(blockBytes * 8, 2 ** Math.ceil(Math.log2(bytes)));
    const next = new Uint8Array(size);
    next.set(bits);
    bits = next;
    tree = new Int32Array(size / blockBytes + 1);
    for (let block = 0; block < size / blockBytes; block += 1) {
      let count = 0;
      for (let byte = block * blockBytes; byte < (block + 1) * blockBytes; byte += 1) count += ones[bits[byte]!]!;
      if (count > 0) bump(block, count);
    }
  };
  bits = new Uint8Array(bitmap);
  for (const byte of bits) total += ones[byte]!;
  grow(Math.max(1, bits.length));

  const has = (seq: number): boolean => ((bits[seq >> 3] ?? 0) & (0x80 >> (seq & 7))) !== 0;
  return {
    has,
    add: (seq) => {
      if (has(seq)) return;
      total += 1;
      if (seq >> 3 >= bits.length) grow((seq >> 3) + 1);
      bits[seq >> 3]! |= 0x80 >> (seq & 7);
      bump(Math.floor(seq / blockBits), 1);
    },
    countUpTo: (seq) => {
      const last = Math.min(seq, bits.length * 8 - 1);
      if (last < 0) return 0;
      const block = Math.floor(last / blockBits);
      let count = 0;
      for (let i = block; i > 0; i -= i & -i) count += tree[i]!;
      for (let byte = block * blockBytes; byte < last >> 3; byte += 1) count += ones[bits[byte]!]!;
      // The bits of the last byte up to `last`: its highest ones.
      return count + ones[bits[last >> 3]! & (0xff << (7 - (last & 7))) & 0xff]!;
    },
    total: () => total,
    bitmap: (from, seqs) => new Uint8Array(seqs >> 3).map((_, byte) => reversed[bits[(from >> 3) + byte] ?? 0]!),
    bytes: () => bits.byteLength + tree.byteLength,
  };
};
