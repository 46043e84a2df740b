import { createHmac } from 'node:crypto';
import { codeAlphabet, madeCodeCharacters } from '@sunbeon/contracts';

/**
 * Codes number `from` and on of a seed of 256 random bits: a repeated call makes the same ones. 50 bits of an HMAC each, five to a letter, so that each
 * letter is as likely as any other.
 */
export function* codesOf(seed: string, from = 0): Generator<string, never> {
  const key = Buffer.from(seed, 'base64url');
  for (let i = from; ; i += 1) {
    const bytes = createHmac('sha256', key).update(String(i)).digest();
    let code = '';
    for (let at = 0; at < madeCodeCharacters; at += 1) code += codeAlphabet[bytes[at]! & 31];
    yield code;
  }
}
