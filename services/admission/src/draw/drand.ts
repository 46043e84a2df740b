import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { Log } from '@sunbeon/runtime';

/** A chain of drand's scheme bls-unchained-g1-rfc9380; `chain` is its hash, `publicKey` a point on G2, both lower-case hex; times in s. */
export interface BeaconChain {
  network: string;
  chain: string;
  publicKey: string;
  genesis: number;
  period: number;
}
/** Lower-case hex. */
export interface Beacon {
  randomness: string;
  signature: string;
}

/** As in QUICKNET_CHAIN_INFO of github.com/drand/drand-client, lib/defaults.ts, and in https://api.drand.sh/<chain>/info. */
export const quicknet: BeaconChain = {
  network: 'quicknet',
  chain: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  publicKey:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  genesis: 1_692_803_367,
  period: 3,
};

export const beaconLimits = {
  /** Timeout of one request with its body, ms: longer than a period, for which a server may keep a request for the next round. */
  requestMs: 5_000,
  /** Pause before the next request to the same server, ms. */
  retryMs: 500,
  /** An answer is a third of this. */
  bodyBytes: 1_024,
} as const;

/** The first round whose time is later than three seconds after the freeze. */
export const roundAfter = (frozenAtMs: number, { genesis, period }: BeaconChain): number =>
  Math.floor((frozenAtMs + 3_000 - genesis * 1_000) / (period * 1_000)) + 2;

const bls = bls12_381.shortSignatures;
const domain = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';

/** Whether 192 hex digits are a public key. */
export const isPublicKey = (publicKey: string): boolean => {
  try {
    return !bls12_381.G2.Point.fromHex(publicKey).is0();
  } catch {
    return false;
  }
};

/** Whether the signature is the chain's for this round. A second encoding of the right one is refused: the randomness is its hash. */
export const isSignature = ({ publicKey }: BeaconChain, round: number, signature: string): boolean => {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(round));
  try {
    return bls.verify(Buffer.from(signature, 'hex'), bls.hash(hash('sha256', message, 'buffer'), domain), Buffer.from(publicKey, 'hex'));
  } catch {
    return false; // no point of the curve
  }
};

/** A signal that aborts after `ms`, with its parent, or by `end`. AbortSignal.any may lose its timeouts to the garbage collector in Node 20. */
export const abortAfter = (ms: number, parent?: AbortSignal): { signal: AbortSignal; end: () => void } => {
  const controller = new AbortController();
  const end = (): void => {
    clearTimeout(timer);
    parent?.removeEventListener('abort', end);
    controller.abort();
  };
  const timer = setTimeout(end, ms);
  if (parent?.aborted) end();
  else parent?.addEventListener('abort', end);
  return { signal: controller.signal, end };
};

/** The body as text; null beyond the limit. */
const boundedText = async (response: Response): Promise<string | null> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > beaconLimits.bodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const parsed = (text: string): { round?: unknown; signature?: unknown } | null => {
  try {
    return JSON.parse(text) as object | null;
  } catch {
    return null;
  }
};

/** A check takes 40 ms, the first one of a process 190: a draw has it made off the main thread. */
export type Verify = (chain: BeaconChain, round: number, signature: string) => boolean | Promise<boolean>;

type Answer = { beacon: Beacon } | { fault: string };

const ask = async (url: string, chain: BeaconChain, round: number, verify: Verify, signal: AbortSignal): Promise<Answer> => {
  const response = await fetch(`${url}/${chain.chain}/public/${round}`, { signal, redirect: 'manual' });
  if (response.status !== 200) {
    await response.body?.cancel();
    return { fault: response.status === 404 ? 'round not there yet' : `status ${response.status}` };
  }
  const text = await boundedText(response);
  if (text === null) return { fault: 'body too large' };
  const body = parsed(text);
  if (body === null) return { fault: 'not JSON' };
  if (body.round !== round) return { fault: 'wrong round' };
  const { signature } = body;
  if (typeof signature !== 'string' || !/^[0-9a-f]{96}$/.test(signature) || !(await verify(chain, round, signature)))
    return { fault: 'wrong signature' };
  return { beacon: { signature, randomness: hash('sha256', Buffer.from(signature, 'hex')) } };
};

export interface BeaconClient {
  chain: BeaconChain;
  /** The verified beacon of a round, or null when none came until the deadline (of performance.now). Never throws. */
  fetch: (round: number, options: { untilMs: number; signal?: AbortSignal; verify?: Verify }) => Promise<Beacon | null>;
}

/** Asks all servers at once and each again until the first valid answer. Only `fetch` opens a connection. */
export const createBeaconClient = (urls: readonly string[], chain: BeaconChain, log: Pick<Log, 'write'>): BeaconClient => {
  const fetchBeacon: BeaconClient['fetch'] = async (round, { untilMs, signal, verify = isSignature }) => {
    const all = abortAfter(untilMs - performance.now(), signal);
    const askAgain = async (url: string): Promise<Beacon> => {
      const logged = new Set<string>();
      while (!all.signal.aborted) {
        const one = abortAfter(beaconLimits.requestMs, all.signal);
        const answer = await ask(url, chain, round, verify, one.signal).catch((): Answer => ({
          fault: one.signal.aborted ? 'no answer in time' : 'not reachable',
        }));
        one.end();
        if ('beacon' in answer) return answer.beacon;
        if (!all.signal.aborted && !logged.has(answer.fault)) {
          logged.add(answer.fault);
          log.write('beacon_missing', { url, round, reason: answer.fault });
        }
        await pause(beaconLimits.retryMs, undefined, { signal: all.signal }).catch(() => {});
      }
      throw new Error('no beacon until the deadline');
    };
    try {
      return await Promise.any(urls.map(askAgain));
    } catch {
      return null;
    } finally {
      all.end();
    }
  };
  return { chain, fetch: fetchBeacon };
};
