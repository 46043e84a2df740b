import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** The hashes of `sunbeon-draw-v1`. In JavaScript: Web Crypto exists only in secure contexts, and a tenth as many hashes of 32 bytes a second were measured with it. */
export const hashBytes = 32;
export const pageEntries = 4_096;

const zero = new Uint8Array([0]);
const text = utf8ToBytes;

/** -1, 0 or 1, bytewise. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return 0;
};

export const commitmentOf = (seed: Uint8Array): Uint8Array => sha256(seed);

/** Only who knows the visitor's id can make it. */
export const entryOf = (saleId: string, generation: number, visitorId: string): Uint8Array =>
  sha256(concatBytes(text('sunbeon-draw-v1/entry'), zero, text(saleId), zero, text(String(generation)), zero, text(visitorId)));

export const keyOf = (seed: Uint8Array, root: Uint8Array, randomness: Uint8Array | null): Uint8Array =>
  sha256(concatBytes(text('sunbeon-draw-v1/key'), zero, seed, root, randomness ?? new Uint8Array()));

/** A hash that is computed many times, in one object: half of the time of one object each. */
interface Reusable<T> {
  _cloneInto: (target: T) => T;
  clone: () => T;
}
const repeated = <T extends Reusable<T> & { update: (message: Uint8Array) => T; digestInto: (target: Uint8Array) => void }>(begun: T) => {
  const running = begun.clone();
  return (message: Uint8Array): Uint8Array => {
    const target = new Uint8Array(hashBytes);
    begun._cloneInto(running).update(message).digestInto(target);
    return target;
  };
};

/** HMAC-SHA-256 with one key for many entries: the blocks of the key are hashed once. */
export const createLots = (key: Uint8Array): ((entry: Uint8Array) => Uint8Array) => repeated(hmac.create(sha256, key));

/** The Merkle tree hash of RFC 6962 §2.1 of entries that arrive one by one, in the memory of one branch. */
export const createRoot = () => {
  const hashOf = repeated(sha256.create());
  const leaf = new Uint8Array(1 + hashBytes);
  const pair = new Uint8Array(1 + 2 * hashBytes).fill(1, 0, 1);
  /** Complete subtrees, the largest first; each smaller than the one before it. */
  const subtrees: { size: number; hash: Uint8Array }[] = [];
  const join = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    pair.set(left, 1);
    pair.set(right, 1 + hashBytes);
    return hashOf(pair);
  };
  const add = (entry: Uint8Array): void => {
    leaf.set(entry, 1);
    let subtree = { size: 1, hash: hashOf(leaf) };
    for (let before = subtrees.at(-1); before?.size === subtree.size; before = subtrees.at(-1)) {
      subtrees.pop();
      subtree = { size: 2 * subtree.size, hash: join(before.hash, subtree.hash) };
    }
    subtrees.push(subtree);
  };
  const root = (): Uint8Array => {
    const hashes = subtrees.map(({ hash }) => hash);
    return hashes.length === 0 ? hashOf(new Uint8Array()) : hashes.reduceRight((right, left) => join(left, right));
  };
  return { add, root };
};

export const bytesOf = (hex: string): Uint8Array => hexToBytes(hex);
