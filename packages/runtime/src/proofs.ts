import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import { limits, type Challenge } from '@sunbeon/contracts';
import { alone, keyId, secretsOf, type Keyring } from './keyring/keyring.ts';

/** What a challenge is for. */
export interface ProofTerms {
  saleId: string;
  generation: string;
  /** The counter is below it. */
  most: number;
  /** By the clock of Redis. */
  nowMs: number;
}
/** A solved challenge; nothing here says whether it is stale or spent. */
export interface Proof {
  /** Of the challenge: each has one, however its solution is spelled. */
  id: string;
  untilMs: number;
  generation: string;
}

/**
 * ALTCHA challenges (protocol v2) in their deterministic form, with synchronous crypto: the library's own makes one in 268 µs and checks one in 216,
 * almost all of it promises. Keys are derived from the secrets of tokens; all of them verify, and the keyring says which signs.
 */
export interface Proofs {
  /** Throws what `signingId` of the keyring throws. */
  challenge: (terms: ProofTerms) => Challenge;
  /** Null for anything but a solution of a challenge of this sale; never throws. */
  check: (saleId: string, payload: string) => Proof | null;
}

/** Random bytes drawn at once: one call of the system for many challenges. */
const pooledBytes = 8_192;
const saltBytes = 16;
/** A counter is drawn from 48 bits: `most` of less than 32 bits shifts the odds by less than one in 60,000. */
const counterBytes = 6;
const prefixBytes = 16;
const keyBytes = 32;
const mostCounter = 0xff_ff_ff_ff;
/** Bytes of the signature that are the id. */
const idBytes = 16;

const randomPool = (): ((bytes: number) => Buffer) => {
  let pool = Buffer.alloc(0);
  let at = 0;
  return (bytes) => {
    if (at + bytes > pool.length) {
      pool = randomBytes(pooledBytes);
      at = 0;
    }
    at += bytes;
    return pool.subarray(at - bytes, at);
  };
};

/** SHA-256(salt ‖ nonce ‖ counter), hex. */
const keyOf = (saltAndNonce: Buffer, counter: number): string => {
  const bytes = Buffer.allocUnsafe(2 * saltBytes + 4);
  saltAndNonce.copy(bytes);
  bytes.writeUInt32BE(counter, 2 * saltBytes);
  return hash('sha256', bytes, 'hex');
};

type Parameters = Challenge['parameters'];
/** In the order of the names, as they are signed. */
const parametersOf = ({ data, expiresAt, keyPrefix, nonce, salt }: Omit<Parameters, 'algorithm' | 'cost' | 'keyLength'>): Parameters => ({
  algorithm: 'SHA-256',
  cost: 1,
  data: { generation: data.generation, most: data.most, sale: data.sale },
  expiresAt,
  keyLength: keyBytes,
  keyPrefix,
  nonce,
  salt,
});

const isHex = (value: unknown, bytes: number): value is string =>
  typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]+$/.test(value);
/** Bytes of base64 with its padding. The decoder skips what is none: then there are fewer. */
const decodedLength = (base64: string): number => (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
const none: Record<string, unknown> = {};
/** The properties of an object; none of anything else. */
const read = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as typeof none) : none);

interface Solved {
  parameters: Parameters;
  signature: string;
}

/** The challenge of a payload whose solution is right, if it is one of Sunbeon at all; its signature is not checked. */
const solvedOf = (payload: string): Solved | null => {
  if (payload.length > limits.proofCharacters) return null;
  const bytes = Buffer.from(payload, 'base64');
  if (bytes.length !== decodedLength(payload)) return null;
  const text = read(JSON.parse(bytes.toString()));
  const { parameters: given, signature } = read(text['challenge']);
  const { counter, derivedKey } = read(text['solution']);
  const parameters = read(given);
  const { algorithm, cost, data: inside, expiresAt, keyLength, keyPrefix, nonce, salt } = parameters;
  const data = read(inside);
  const { generation, most, sale } = data;
  if (algorithm !== 'SHA-256' || cost !== 1 || keyLength !== keyBytes) return null;
  if (!isHex(salt, saltBytes) || !isHex(nonce, saltBytes) || !isHex(keyPrefix, prefixBytes) || !isHex(signature, keyBytes)) return null;
  if (typeof generation !== 'string' || typeof sale !== 'string' || !isCount(most, mostCounter)) return null;
  if (!isCount(expiresAt, Number.MAX_SAFE_INTEGER) || !isCount(counter, mostCounter)) return null;
  // A parameter more would be signed, too.
  if (Object.keys(parameters).length !== 8 || Object.keys(data).length !== 3) return null;
  const key = keyOf(Buffer.from(salt + nonce, 'hex'), counter);
  if (derivedKey !== key || !key.startsWith(keyPrefix)) return null;
  return { parameters: parametersOf({ data: { generation, most, sale }, expiresAt, keyPrefix, nonce, salt }), signature };
};

export const createProofs = (secrets: string, keyring: Keyring = alone(secrets)): Proofs => {
  /** The key is text: the library takes no other. */
  const derived = (secret: string): KeyObject =>
    createSecretKey(Buffer.from(createHmac('sha256', secret).update('proof of work').digest('base64url')));
  const keys = new Map(secretsOf(secrets).map((secret) => [keyId(secret), derived(secret)]));
  const random = randomPool();
  const sign = (key: KeyObject, parameters: Parameters): Buffer => createHmac('sha256', key).update(JSON.stringify(parameters)).digest();
  const isSigned = (parameters: Parameters, signature: Buffer): boolean => {
    for (const key of keys.values()) if (timingSafeEqual(sign(key, parameters), signature)) return true;
    return false;
  };

  return {
    challenge: ({ saleId, generation, most, nowMs }) => {
      const key = keys.get(keyring.signingId())!;
      const saltAndNonce = random(2 * saltBytes);
      const counter = random(counterBytes).readUIntBE(0, counterBytes) % most;
      const parameters = parametersOf({
        data: { generation, most, sale: saleId },
        expiresAt: Math.floor(nowMs / 1_000) + limits.proofSeconds,
        keyPrefix: keyOf(saltAndNonce, counter).slice(0, 2 * prefixBytes),
        nonce: saltAndNonce.toString('hex', saltBytes),
        salt: saltAndNonce.toString('hex', 0, saltBytes),
      });
      return { parameters, signature: sign(key, parameters).toString('hex') };
    },
    check: (saleId, payload) => {
      let solved: Solved | null = null;
      try {
        solved = solvedOf(payload);
      } catch {
        // No JSON.
      }
      if (solved === null || solved.parameters.data.sale !== saleId) return null;
      const { parameters } = solved;
      const signature = Buffer.from(solved.signature, 'hex');
      if (!isSigned(parameters, signature)) return null;
      return {
        id: signature.toString('base64url', 0, idBytes),
        untilMs: parameters.expiresAt * 1_000,
        generation: parameters.data.generation,
      };
    },
  };
};
