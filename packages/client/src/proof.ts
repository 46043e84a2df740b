import type { Challenge } from './contracts.ts';

/** Round constants and the initial state of SHA-256: fractions of the roots of the first primes. */
const constantsOf = (count: number, root: (n: number) => number): Int32Array => {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1)
    if (Array.from({ length: Math.floor(Math.sqrt(n)) - 1 }, (_, i) => i + 2).every((d) => n % d !== 0)) found.push(root(n));
  return Int32Array.from(found, (value) => ((value % 1) * 2 ** 32) | 0);
};
const K = /* @__PURE__ */ constantsOf(64, Math.cbrt);
const H = /* @__PURE__ */ constantsOf(8, Math.sqrt);
/** One block is hashed at a time, by one thread: salt, nonce, counter, the end mark and the length of 288 bits. */
const W = /* @__PURE__ */ new Int32Array(64);
const state = /* @__PURE__ */ new Int32Array(8);
const counterAt = 8;

/** SHA-256 of the block; `state` is the hash. No call of `crypto.subtle`: each takes ten times as long as one hash of this code. */
const hashBlock = (): void => {
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15]!;
    const y = W[i - 2]!;
    W[i] =
      W[i - 16]! +
      W[i - 7]! +
      (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
      (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
  }
  let a = H[0]!;
  let b = H[1]!;
  let c = H[2]!;
  let d = H[3]!;
  let e = H[4]!;
  let f = H[5]!;
  let g = H[6]!;
  let h = H[7]!;
  for (let i = 0; i < 64; i += 1) {
    const t =
      (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + (g ^ (e & (f ^ g))) + K[i]! + W[i]!) | 0;
    const u = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  state[0] = H[0]! + a;
  state[1] = H[1]! + b;
  state[2] = H[2]! + c;
  state[3] = H[3]! + d;
  state[4] = H[4]! + e;
  state[5] = H[5]! + f;
  state[6] = H[6]! + g;
  state[7] = H[7]! + h;
};

const wordsOf = (hex: string): number[] =>
  Array.from({ length: hex.length / 8 }, (_, i) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16) | 0);
const stateAsHex = (): string => Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

/** Part of the work: every `step`-th counter from `from` on. */
export interface CounterRange {
  from: number;
  step: number;
  /** Counters to try, at most. */
  tries: number;
}
export interface Solution {
  counter: number;
  derivedKey: string;
}

/** Tries some counters of a challenge at once, without a pause; null when none of them is the one. */
export const tryCounters = ({ parameters }: Challenge, { from, step, tries }: CounterRange): Solution | null => {
  W.fill(0);
  W.set(wordsOf(parameters.salt + parameters.nonce));
  W[9] = 1 << 31;
  W[15] = 288;
  const [first] = wordsOf(parameters.keyPrefix.slice(0, 8));
  const end = Math.min(from + step * tries, parameters.data.most);
  for (let counter = from; counter < end; counter += step) {
    W[counterAt] = counter;
    hashBlock();
    if (state[0] === first && stateAsHex().startsWith(parameters.keyPrefix)) return { counter, derivedKey: stateAsHex() };
  }
  return null;
};

/** What a join takes as `proof`. */
export const payloadOf = ({ parameters, signature }: Challenge, solution: Solution): string =>
  btoa(JSON.stringify({ challenge: { parameters, signature }, solution }));

export interface SolveOptions {
  /** Between 0 and 1, of the longest work that the challenge can take: on average it ends at a half. */
  onProgress?: ((done: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}
/** Rejects with the reason of `signal`. */
export type Solve = (challenge: Challenge, options?: SolveOptions) => Promise<string>;

/** Counters without a pause: about 10 ms of a middling phone. */
const triesAtOnce = 5_000;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Solves a challenge on this thread, with pauses in which others run; the page does it in workers. */
export const solveChallenge: Solve = async (challenge, { onProgress, signal } = {}) => {
  const { most } = challenge.parameters.data;
  for (let from = 0; from < most; from += triesAtOnce) {
    signal?.throwIfAborted();
    const solution = tryCounters(challenge, { from, step: 1, tries: triesAtOnce });
    if (solution) return payloadOf(challenge, solution);
    onProgress?.(Math.min(1, (from + triesAtOnce) / most));
    await pause();
  }
  throw new Error('The challenge has no solution.');
};
