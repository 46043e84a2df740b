// A second implementation of the draw, by definition and not by speed: the verifier is compared with it. It shares no code with src.
import { createHash } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';

export const sha256 = (...parts: (Uint8Array | string)[]): Buffer => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest();
};

/** RFC 2104, for a key of at most 64 bytes. */
export const hmac = (key: Buffer, message: Buffer): Buffer => {
  const padded = Buffer.concat([key, Buffer.alloc(64 - key.length)]);
  return sha256(
    padded.map((byte) => byte ^ 0x5c),
    sha256(
      padded.map((byte) => byte ^ 0x36),
      message,
    ),
  );
};

/** RFC 6962 §2.1: the left part is the largest power of two smaller than the whole. */
export const merkle = (entries: readonly Buffer[]): Buffer => {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0]!);
  let left = 1;
  while (left * 2 < entries.length) left *= 2;
  return sha256(Buffer.of(1), merkle(entries.slice(0, left)), merkle(entries.slice(left)));
};

export const entryBy = (saleId: string, generation: number, visitorId: string): Buffer =>
  sha256(`sunbeon-draw-v1/entry\0${saleId}\0${generation}\0${visitorId}`);

/** A chain of one key, as drand's are: 3 s a round. */
const { secretKey, publicKey } = bls12_381.shortSignatures.keygen(new Uint8Array(48).fill(7));
export const testChain = {
  network: 'testnet',
  chain: sha256('chain of the tests').toString('hex'),
  publicKey: Buffer.from(publicKey.toBytes(true)).toString('hex'),
  genesis: 1_700_000_000,
  period: 3,
};

export const signRound = (round: number): Buffer => {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(round));
  const { hash, sign } = bls12_381.shortSignatures;
  return Buffer.from(sign(hash(sha256(message), 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_'), secretKey).toBytes(true));
};

export interface MadeBeacon {
  network: string;
  chain: string;
  round: number;
  status: string;
  randomness?: string;
  signature?: string;
}
export const beaconOf = (round: number): MadeBeacon => {
  const signature = signRound(round);
  return {
    network: testChain.network,
    chain: testChain.chain,
    round,
    status: 'verified',
    randomness: sha256(signature).toString('hex'),
    signature: signature.toString('hex'),
  };
};

/** The first round of the test chain later than a time + 3 s, by counting. */
export const firstRoundAfter = (ms: number): number => {
  let round = Math.max(1, Math.floor((ms / 1_000 - testChain.genesis) / testChain.period) - 5);
  while ((testChain.genesis + (round - 1) * testChain.period) * 1_000 <= ms + 3_000) round += 1;
  return round;
};

export const saleId = 'concert_2026';
export const generation = 1_790_000_000_123;
export const frozenAtMs = Date.parse('2026-11-28T10:00:00.250Z');
export const visitorIds = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => sha256(`visitor ${i}`).toString('base64url').slice(0, 22));

export interface MadeDraw {
  seed: Buffer;
  roster: Buffer[];
  root: Buffer;
  beacon?: MadeBeacon;
  /** Entries by seq. */
  order: Buffer[];
}

/** A whole draw of these visitors. */
export const makeDraw = (visitors: readonly string[], beacon?: MadeBeacon, seed = sha256('seed of the tests')): MadeDraw => {
  const roster = visitors
    .map((visitor) => entryBy(saleId, generation, visitor))
    .sort((a, b) => (a.toString('hex') < b.toString('hex') ? -1 : 1));
  const root = merkle(roster);
  const randomness = Buffer.from(beacon?.status === 'verified' ? beacon.randomness! : '', 'hex');
  const key = sha256('sunbeon-draw-v1/key\0', seed, root, randomness);
  const lots = new Map(roster.map((entry) => [entry, hmac(key, entry).toString('hex')]));
  const order = roster.toSorted((a, b) => (lots.get(a)! < lots.get(b)! ? -1 : 1));
  return { seed, roster, root, beacon, order };
};
