// The form of what is downloaded or given as a file. Nothing is believed here; it is only read.
import type { Chain } from './beacon.ts';

/** `GET {sale}/draw`. Bytes as buffers, times in ms. */
export interface Draw {
  phase: 'committed' | 'frozen' | 'drawn';
  commitment: Buffer;
  generation: number;
  closedAtMs: number | null;
  /** From the freeze on. */
  frozen: { atMs: number; count: number; root: Buffer } | null;
  /** From the freeze on, unless the draw has none. */
  beacon: Beacon | null;
  /** Shown with the last page of the order. */
  seed: Buffer | null;
}
export interface Beacon {
  network: string;
  chain: string;
  round: number;
  status: 'pending' | 'verified' | 'unavailable';
  /** Of a verified beacon, as the signature. */
  randomness: Buffer | null;
  signature: Buffer | null;
}

/** A value that has not the form of the contract; the message says which one. */
export class FormError extends Error {}

type Fields = Record<string, unknown>;
/** Larger rosters than any sale has; it bounds what is downloaded. */
const maxCount = 20_000_000;
/** The end of the year 9999. */
const maxTimeMs = 253_402_300_799_999;

const must = <T>(value: T | null, what: string): T => {
  if (value === null) throw new FormError(`${what} is missing or malformed`);
  return value;
};
export const fieldsOf = (value: unknown, what: string): Fields =>
  must(typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null, what);

const bytes = (value: unknown, length: number): Buffer | null =>
  typeof value === 'string' && value.length === 2 * length && /^[0-9a-f]+$/.test(value) ? Buffer.from(value, 'hex') : null;
const whole = (value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number | null =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : null;
const timeMs = (value: unknown): number | null => {
  const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const oneOf = <T extends string>(value: unknown, values: readonly T[]): T | null => values.find((each) => each === value) ?? null;
/** A field that may be left out, but not be malformed. */
const optional = <T>(value: unknown, read: (value: unknown) => T | null, what: string): T | null =>
  value === undefined ? null : must(read(value), what);

const beaconFrom = (value: unknown, isDrawn: boolean): Beacon => {
  const fields = fieldsOf(value, 'beacon');
  const status = must(oneOf(fields['status'], ['pending', 'verified', 'unavailable'] as const), 'beacon.status');
  // A draw that is over has decided with its beacon or without it.
  if (isDrawn && status === 'pending') throw new FormError('beacon.status is pending, and the draw is over');
  const isShown = status === 'verified';
  return {
    network: must(text(fields['network']), 'beacon.network'),
    chain: must(text(fields['chain']), 'beacon.chain'),
    round: must(whole(fields['round'], 1), 'beacon.round'),
    status,
    randomness: isShown ? must(bytes(fields['randomness'], 32), 'beacon.randomness') : null,
    signature: isShown ? must(bytes(fields['signature'], 48), 'beacon.signature') : null,
  };
};

/** Reads `GET {sale}/draw`. Throws a FormError. */
export const drawFrom = (value: unknown): Draw => {
  const fields = fieldsOf(value, 'the draw');
  if (fields['algorithm'] !== 'sunbeon-draw-v1') throw new FormError('algorithm is not sunbeon-draw-v1, the one that this verifier knows');
  const phase = must(oneOf(fields['phase'], ['committed', 'frozen', 'drawn'] as const), 'phase');
  const isFrozen = phase !== 'committed';
  return {
    phase,
    commitment: must(bytes(fields['commitment'], 32), 'commitment'),
    generation: must(whole(fields['generation'], 0, maxTimeMs), 'generation'),
    closedAtMs: isFrozen ? must(timeMs(fields['closedAt']), 'closedAt') : null,
    frozen: isFrozen
      ? {
          atMs: must(timeMs(fields['frozenAt']), 'frozenAt'),
          count: must(whole(fields['count'], 0, maxCount), 'count'),
          root: must(bytes(fields['root'], 32), 'root'),
        }
      : null,
    beacon: isFrozen ? optional(fields['beacon'], (beacon) => beaconFrom(beacon, phase === 'drawn'), 'beacon') : null,
    seed: phase === 'drawn' ? must(bytes(fields['seed'], 32), 'seed') : null,
  };
};

/** Reads the file of another chain. Throws a FormError. */
export const chainFrom = (value: unknown): Chain => {
  const fields = fieldsOf(value, 'the chain');
  return {
    network: must(text(fields['network']), 'network'),
    chain: must(bytes(fields['chain'], 32), 'chain').toString('hex'),
    publicKey: must(bytes(fields['publicKey'], 96), 'publicKey').toString('hex'),
    genesis: must(whole(fields['genesis'], 0, maxTimeMs / 1_000), 'genesis'),
    period: must(whole(fields['period'], 1, 86_400), 'period'),
  };
};

/** Claims of a receipt. `seq` in the line, `commitment` in the lobby. */
export interface Receipt {
  iss: string;
  aud: string;
  generation: number;
  entry: Buffer;
  seq: number | null;
  root: Buffer | null;
  commitment: Buffer | null;
}

/** Reads the claims of a receipt. Throws a FormError. */
export const receiptFrom = (value: unknown): Receipt => {
  const claims = fieldsOf(value, 'the receipt');
  return {
    iss: must(text(claims['iss']), 'iss'),
    aud: must(text(claims['aud']), 'aud'),
    generation: must(whole(claims['generation'], 0, maxTimeMs), 'generation'),
    entry: must(bytes(claims['sub'], 32), 'sub'),
    seq: optional(claims['seq'], (seq) => whole(seq, 1), 'seq'),
    root: optional(claims['root'], (root) => bytes(root, 32), 'root'),
    commitment: optional(claims['commitment'], (commitment) => bytes(commitment, 32), 'commitment'),
  };
};
