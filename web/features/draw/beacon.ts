import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** drand's chain quicknet, known to this page itself: it trusts no other. Times in s. As in QUICKNET_CHAIN_INFO of github.com/drand/drand-client. */
export const quicknet = {
  chain: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  publicKey:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  genesis: 1_692_803_367,
  period: 3,
} as const;

/** The first round whose time is later than three seconds after the freeze. */
export const roundAfter = (frozenAtMs: number): number =>
  Math.floor((frozenAtMs + 3_000 - quicknet.genesis * 1_000) / (quicknet.period * 1_000)) + 2;

/** The time at which a round became public, ms. */
export const timeOfRound = (round: number): number => (quicknet.genesis + (round - 1) * quicknet.period) * 1_000;

/** Whether the randomness is the round's: the hash of a signature of the chain's key. The curve is loaded for this alone. */
export const isBeacon = async (round: number, randomness: string, signature: string): Promise<boolean> => {
  if (!/^[0-9a-f]{96}$/.test(signature) || bytesToHex(sha256(hexToBytes(signature))) !== randomness) return false;
  const { bls12_381 } = await import('@noble/curves/bls12-381.js');
  const message = new Uint8Array(8);
  new DataView(message.buffer).setBigUint64(0, BigInt(round));
  const bls = bls12_381.shortSignatures;
  try {
    const point = bls.hash(sha256(message), 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_');
    return bls.verify(hexToBytes(signature), point, hexToBytes(quicknet.publicKey));
  } catch {
    return false; // no point of the curve
  }
};
