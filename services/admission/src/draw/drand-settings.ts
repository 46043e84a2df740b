import { isPublicKey, quicknet, type BeaconChain } from './drand.ts';

export const drandUrlsText =
  'addresses of drand servers: http:// or https://, a host, maybe a port and a path, without a / at the end; several, separated by commas, each once';
export const drandChainText =
  'JSON of a drand chain of the scheme bls-unchained-g1-rfc9380: {"network": 1 to 64 of A-Z a-z 0-9 . _ -, "chain": its hash, 64 hex digits, "publicKey": 192 hex digits, "genesis": s since 1970, "period": s}, hex in lower case and nothing else';

/** `DRAND_URLS`. Throws for anything that is no address, and for one that is there twice. */
export const parseDrandUrls = (text: string): string[] => {
  const urls = text.split(',').map((part) => part.trim());
  for (const url of urls) if (!/^https?:\/\/[^?#@\s\\]*[^/?#@\s\\]$/.test(url) || !URL.canParse(url)) throw new Error('no address');
  if (new Set(urls).size !== urls.length) throw new Error('one address twice');
  return urls;
};

const isWhole = (value: unknown, min: number): boolean => Number.isSafeInteger(value) && (value as number) >= min;
const isText = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);

/** `DRAND_CHAIN`: quicknet when it is not set. Throws for anything that is no chain. */
export const parseDrandChain = (text: string | undefined): BeaconChain => {
  if (text === undefined) return quicknet;
  const { network, chain, publicKey, genesis, period, ...rest } = JSON.parse(text) as Record<keyof BeaconChain, unknown>;
  const isChain =
    isText(network, /^[\w.-]{1,64}$/) &&
    isText(chain, /^[0-9a-f]{64}$/) &&
    isText(publicKey, /^[0-9a-f]{192}$/) &&
    isPublicKey(publicKey as string) &&
    isWhole(genesis, 0) &&
    isWhole(period, 1) &&
    Object.keys(rest).length === 0;
  if (!isChain) throw new Error('no chain');
  return { network, chain, publicKey, genesis, period } as BeaconChain;
};
