import { createHash, randomBytes } from 'node:crypto';

/** A fresh seed, 32 bytes, and its commitment as hex, for a script that keeps them if the sale has none. The seed goes nowhere else. */
export const newSeed = (): [seed: Buffer, commitment: string] => {
  const seed = randomBytes(32);
  return [seed, createHash('sha256').update(seed).digest('hex')];
};
