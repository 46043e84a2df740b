import type { IncomingMessage } from 'node:http';

/** The request of a browser that a reverse proxy asks about. */
export interface ForwardedRequest {
  method: string;
  /** Absolute; the query as it came, without a fragment. */
  url: string;
  isSecure: boolean;
}

const method = /^[A-Z]{1,20}$/;
const host = /^[^\s/?#@\\,]{1,300}$/;
/** WebSockets have schemes of their own in some proxies. */
const schemes: Record<string, 'http' | 'https' | undefined> = { http: 'http', https: 'https', ws: 'http', wss: 'https' };
/** A path and query as a browser sends it; `#` is in none. */
const target = /^\/[^#\s]*$/;
const absolute = /^(https?):\/\/([^/?#]+)(\/[^#\s]*|\?[^#\s]*)?$/i;

/** Node reads bytes beyond ASCII as Latin-1; a URL has them encoded. */
const asciiOf = (text: string): string => text.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What a proxy says of the request: `X-Forwarded-*`, or `X-Original-*` only where `X-Forwarded-Uri` is absent. Null when that is not one whole request.
 * Read from the bytes of the request, whoever sent it: an answer tells a caller nothing but what its own cookie or ticket is worth. A name that is there
 * twice is unusable, since it is not known which one the proxy wrote.
 */
export const forwardedRequestOf = ({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): ForwardedRequest | null => {
  const said = new Map<string, string | null>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name.startsWith('x-forwarded-') || name.startsWith('x-original-'))
      said.set(name, said.has(name) ? null : rawHeaders[i + 1]!.trim());
  }
  const get = (name: string): string => said.get(name) ?? '';
  if (!said.has('x-forwarded-uri')) {
    const [, scheme, authority, rest = ''] = absolute.exec(asciiOf(get('x-original-url'))) ?? [];
    if (scheme === undefined || !host.test(authority!) || !method.test(get('x-original-method'))) return null;
    const isSecure = scheme.toLowerCase() === 'https';
    return {
      method: get('x-original-method'),
      url: `${isSecure ? 'https' : 'http'}://${authority}${rest.startsWith('/') ? '' : '/'}${rest}`,
      isSecure,
    };
  }
  const scheme = schemes[get('x-forwarded-proto').toLowerCase()];
  const uri = asciiOf(get('x-forwarded-uri'));
  const authority = get('x-forwarded-host');
  if (scheme === undefined || !host.test(authority) || !target.test(uri) || !method.test(get('x-forwarded-method'))) return null;
  return { method: get('x-forwarded-method'), url: `${scheme}://${authority}${uri}`, isSecure: scheme === 'https' };
};
