import type { IncomingHttpHeaders } from 'node:http';
import { createGuard } from './guard.ts';
import type { CheckOptions, Guard, GuardOptions } from './types.ts';
import { isAddress } from './is-address.ts';

/** A request as a server of Node has it. `host` and `protocol` as the framework trusts its proxies. */
export interface NodeRequest {
  method: string | undefined;
  /** The request target as it was sent. */
  target: string | undefined;
  protocol: string;
  host: string | undefined;
  headers: IncomingHttpHeaders;
}

/** What the guard reads, and nothing else. */
const names = ['accept', 'cookie', 'purpose', 'sec-fetch-mode', 'sec-purpose'] as const;

/** Path and query of a target: of an absolute one (`GET http://host/path`) too; `//host` and `/\host` are paths. */
const pathAndQueryOf = (target = '/'): string => {
  if (target.startsWith('/')) return target;
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/is.exec(target) ?? [];
  return rest === undefined ? '/' : rest.startsWith('/') ? rest : `/${rest}`;
};

/** What the guard is asked about a request of Node. */
interface Asked {
  request: Request;
  options: CheckOptions;
}

/** The request by the Web's standard, with its path as it was sent; null when its host is none. One that names no host (HTTP/1.0) is judged by its path. */
export const webRequestOf = ({ method, target, protocol, host: named, headers }: NodeRequest): Asked | null => {
  const path = pathAndQueryOf(target);
  const isHostless = named === undefined || named === '';
  const host = isHostless ? 'localhost' : named;
  const address = `${protocol}://${host}${path}`;
  if (!/^[^\s/?#@\\]+$/.test(host) || !isAddress(address)) return null;
  const picked = new Headers();
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') picked.set(name, value);
  }
  // Of methods the guard asks only whether they are GET or HEAD, and the Web's standard forbids some others.
  const known = method === 'GET' || method === 'HEAD' ? method : 'POST';
  const rawPath = path.split(/[?#]/, 1)[0]!;
  return { request: new Request(address, { method: known, headers: picked }), options: { rawPath, isHostless } };
};

export const guardFrom = (from: Guard | GuardOptions): Guard => ('check' in from ? from : createGuard(from));
