import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { disownTrace } from '@sunbeon/runtime';

/** Header of the secret that identifies requests of the page. */
const pageHeader = 'x-sunbeon-page';

/** Whether the peer at this address, that many proxies away, is trusted to forward a client's address. */
export type ProxyTrust = (address: string, hop: number) => boolean;

const networks: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `text`: addresses or CIDRs separated by commas, or a number of proxies. Throws when it is neither. */
export const proxyTrust = (text: string | undefined): ProxyTrust => {
  if (text === undefined) return () => false;
  if (/^(0|[1-9]\d?)$/.test(text)) return (_, hop) => hop < Number(text);
  const list = new BlockList();
  for (const entry of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .flatMap((part) => networks[part] ?? [part])) {
    const [address, prefix, ...rest] = entry.split('/') as [string, string?, ...string[]];
    if (isIP(address) === 0) throw new Error(`TRUST_PROXY: ${entry} is no address`);
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > (isIP(address) === 4 ? 32 : 128))
      throw new Error(`TRUST_PROXY: ${entry} is no network`);
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
};

/** An address in a proxy's spelling — with a port, in brackets, IPv4 within IPv6 — or null when it is none. */
export const addressIn = (text: string): string | null => {
  const bare = text
    .trim()
    .replace(/^"|"$/g, '')
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const address = bare
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .toLowerCase();
  return isIP(address) === 0 ? null : address;
};

/** Bits of an address that the limits per address count by: an IPv6 customer has a whole /64. Set once per process. */
let prefixBits = { ipv4: 32, ipv6: 64 };
export const limitByPrefixes = (bits: { ipv4: number; ipv6: number }): void => {
  prefixBits = bits;
};

/** The network of an address given as the numbers of its parts, each of `partBits`. */
const maskedOf = (parts: readonly number[], partBits: number, bits: number): number[] =>
  parts.map((part, i) => {
    const kept = Math.max(0, Math.min(partBits, bits - i * partBits));
    return Math.floor(part / 2 ** (partBits - kept)) * 2 ** (partBits - kept);
  });

/** Key of the limits per address: its network. */
export const limitKeyOf = (address: string): string => {
  const { ipv4, ipv6 } = prefixBits;
  if (isIP(address) === 4 && ipv4 < 32) return `${maskedOf(address.split('.').map(Number), 8, ipv4).join('.')}/${ipv4}`;
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::') as [string, string?];
  const groups = head.split(':').filter(Boolean);
  const rest = (tail ?? '').split(':').filter(Boolean);
  const all = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest];
  const groupsKept = Math.ceil(ipv6 / 16);
  const network = maskedOf(
    all.slice(0, groupsKept).map((group) => parseInt(group, 16)),
    16,
    ipv6,
  );
  return `${network.map((group) => group.toString(16)).join(':')}${groupsKept < 8 ? '::' : ''}/${ipv6}`;
};

/**
 * Finds the client's address, hop by hop from the connection: a hop counts only when the one before it is trusted. The result is the only value of
 * `X-Forwarded-For`; values of untrusted peers are removed. `Forwarded` and `X-Real-IP` are never read.
 *
 * `trustTraces`: a trace is continued when the peer in front of Sunbeon, of the gateway or of the page, is a trusted proxy. Strangers' traces never are: a
 * `traceparent` says whether a trace is kept.
 */
export const createAddressReader = (isTrusted: ProxyTrust, pageSecret: string | undefined, trustTraces = false) => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = pageSecret === undefined ? null : digest(pageSecret);
  return (request: IncomingMessage): void => {
    const { headers, socket } = request;
    const shown = headers[pageHeader];
    const isPage = expected !== null && typeof shown === 'string' && timingSafeEqual(digest(shown), expected);
    Reflect.deleteProperty(headers, pageHeader);
    const said = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .reverse();
    let address = addressIn(socket.remoteAddress ?? '') ?? '';
    let isBelieved = isPage || isTrusted(address, 0);
    if (!isBelieved) for (const name of Object.keys(headers)) if (name.startsWith('x-forwarded-')) Reflect.deleteProperty(headers, name);
    const inFront = isPage ? addressIn(said[0]!) : address;
    if (!trustTraces || inFront === null || !isTrusted(inFront, 0)) disownTrace(request);
    // The page belongs to Sunbeon: it does not count among the proxies.
    for (let hop = isPage ? 0 : 1; isBelieved && said.length > 0; hop += 1) {
      const next = addressIn(said.shift()!);
      if (next === null) break;
      address = next;
      isBelieved = isTrusted(address, hop);
    }
    headers['x-forwarded-for'] = address;
  };
};
