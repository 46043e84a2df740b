import { get as getByHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { get as getByHttps, Agent as HttpsAgent } from 'node:https';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

export const fetchKeysLimits = {
  /** Timeout of a fetch with name, connection and body, ms. */
  totalMs: 3_000,
  /** Largest body, bytes: 25 keys with their certificates. */
  bodyBytes: 65_536,
} as const;

/** Reads the text at an address. Throws for everything but a whole answer with status 200. */
export type FetchText = (address: string, totalMs?: number) => Promise<string>;

/** The body, as it came: nothing that grows by unpacking is asked for or read. */
const boundedText = async (response: IncomingMessage): Promise<string> => {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  if (encoding !== 'identity') throw new Error(`content-encoding ${encoding}`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > fetchKeysLimits.bodyBytes) throw new Error(`more than ${fetchKeysLimits.bodyBytes} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('the answer broke off');
  return Buffer.concat(chunks).toString();
};

/**
 * Fetches from addresses that an operator wrote into a sale. An address of the own network is refused when the connection is made, so that no name and no
 * later change of a name leads there; a redirect is not followed. `insideHosts`: names, with or without a port, that may be inside (`MEMBER_JWKS_HOSTS`).
 */
export const createKeyFetch = (insideHosts: readonly string[]): FetchText => {
  const inside = new Set(insideHosts);
  const filtering = { http: new RequestFilteringHttpAgent(), https: new RequestFilteringHttpsAgent() };
  const open = { http: new HttpAgent(), https: new HttpsAgent() };
  return (address, totalMs = fetchKeysLimits.totalMs) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const isHttps = url.protocol === 'https:';
      const agents = inside.has(url.host) || inside.has(url.hostname) ? open : filtering;
      const request = (isHttps ? getByHttps : getByHttp)(url, {
        agent: isHttps ? agents.https : agents.http,
        headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'sunbeon' },
      });
      const timer = setTimeout(() => request.destroy(new Error(`no whole answer in ${totalMs} ms`)), totalMs);
      const end = (): void => {
        clearTimeout(timer);
        request.destroy();
      };
      request.on('error', (error) => {
        end();
        reject(error);
      });
      request.on('response', (response) => {
        boundedText(response).then(resolve, reject).finally(end);
      });
    });
};
