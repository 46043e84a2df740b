// The page's part of the chain of trust: replaces the headers about a request's address by those of its own connection.
import { BlockList, isIP } from 'node:net';

/** Headers of proxies; accepted from the proxies named in TRUST_PROXY alone. */
const ofProxies = /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip|via)$/;
/** Internal headers between page, gateway and services; removed from outside requests. */
const ofSunbeon = /^x-sunbeon-/;
/** Header that identifies requests of the page at the gateway. */
export const pageHeader = 'x-sunbeon-page';

const plain = (address) => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

const networks = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Same format as the gateway's `proxyTrust`: addresses or CIDRs separated by commas, or a number of proxies in front. Throws when it is neither. */
export const trusts = (text) => {
  if (text === undefined) return () => false;
  if (/^(0|[1-9]\d?)$/.test(text)) return () => Number(text) > 0;
  const list = new BlockList();
  for (const entry of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .flatMap((part) => networks[part] ?? [part])) {
    const [address, prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (version === 0) throw new Error(`TRUST_PROXY: ${entry} is no address`);
    if (prefix === undefined) list.addAddress(address, family);
    else if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128))
      throw new Error(`TRUST_PROXY: ${entry} is no network`);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
};

/** Returns a function that rewrites the headers of a request: for a peer that is no trusted proxy, its own address counts. */
export const createForwarding = ({ trustProxy, secret = '' }) => {
  const isTrusted = trusts(trustProxy);
  return (request) => {
    const { headers } = request;
    const peer = plain(request.socket?.remoteAddress ?? '');
    const isProxy = isIP(peer) !== 0 && isTrusted(peer);
    const chain = isProxy ? headers['x-forwarded-for'] : undefined;
    const protocol = isProxy ? headers['x-forwarded-proto'] : undefined;
    for (const name of Object.keys(headers)) if (ofProxies.test(name) || ofSunbeon.test(name)) Reflect.deleteProperty(headers, name);
    headers['x-forwarded-for'] = chain ? `${chain}, ${peer}` : peer;
    if (protocol) headers['x-forwarded-proto'] = protocol;
    if (secret && /^\/+((api|docs|openapi\.json|asyncapi\.json)\b|sales\/[^/]+\/(join|place)\b)/.test(request.url ?? ''))
      headers[pageHeader] = secret;
  };
};
