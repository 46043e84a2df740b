// Public randomness of drand, scheme bls-unchained-g1-rfc9380: signatures on G1 (48 bytes), the key on G2 (96 bytes).
import { hash } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';

/** Times in seconds, bytes as lower-case hex. */
export interface Chain {
  network: string;
  /** Chain hash. */
  chain: string;
  publicKey: string;
  genesis: number;
  period: number;
}

/**
 * quicknet of the League of Entropy, from https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/info. The chain hash is a hash
 * of the other values, which the tests recompute.
 */
export const quicknet: Chain = {
  network: 'quicknet',
  chain: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  publicKey:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  genesis: 1_692_803_367,
  period: 3,
};

const suite = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
/** Time between the freeze and the round at least: at the freeze nobody knows the round's randomness. */
const marginMs = 3_000;

/** When a round is published. */
export const timeOfRoundMs = ({ genesis, period }: Chain, round: number): number => (genesis + (round - 1) * period) * 1_000;

/** The first round that is published later than `frozenAt` + 3 s. */
export const roundAfter = ({ genesis, period }: Chain, frozenAtMs: number): number =>
  Math.floor((frozenAtMs + marginMs - genesis * 1_000) / (period * 1_000)) + 2;

export const randomnessOf = (signature: Uint8Array): Buffer => hash('sha256', signature, 'buffer');

/** Whether the network signed this round: the message is SHA-256 of the round as 8 bytes, big-endian. */
export const isSignedBy = ({ publicKey }: Chain, round: number, signature: Uint8Array): boolean => {
  const { hash: toPoint, verify } = bls12_381.shortSignatures;
  try {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(round));
    return verify(signature, toPoint(hash('sha256', number, 'buffer'), suite), Buffer.from(publicKey, 'hex'));
  } catch {
    // Bytes that are no point of the curve, or of the wrong subgroup; a round before the first.
    return false;
  }
};
