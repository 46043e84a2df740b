import { NextResponse } from 'next/server.js';
import { guardFrom } from './node-request.ts';
import type { Guard, GuardOptions, Pass } from './types.ts';
import { isAddress } from './is-address.ts';

/** A request with its pass; null where it needed none. */
export type Guarded<R extends Request = Request> = R & { sunbeon: Pass | null };
type Answer = Response | Promise<Response>;
interface FetchEvent {
  waitUntil?: (work: Promise<unknown>) => void;
}

/** The address that the browser asked for: the one that Next gives may name the machine's own. */
const addressOf = ({ url, headers }: { url: string; headers: Headers }): string => {
  const own = new URL(url);
  const host = headers.get('host');
  const forwarded = headers.get('x-forwarded-proto')?.split(',', 1)[0]?.trim();
  const protocol = forwarded === 'https' || forwarded === 'http' ? `${forwarded}:` : own.protocol;
  const address = `${protocol}//${host ?? own.host}${own.pathname}${own.search}`;
  return host !== null && /^[^\s/?#@\\]+$/.test(host) && isAddress(address) ? address : url;
};

/** The request without its body, which the guard does not read. */
const asked = (request: { url: string; method: string; headers: Headers }): Request =>
  new Request(addressOf(request), {
    method: request.method === 'GET' || request.method === 'HEAD' ? request.method : 'POST',
    headers: request.headers,
  });

/** A guard, its options, or a function asked at the first request: settings are there when the shop runs, not yet when it is built. */
export type GuardSource = Guard | GuardOptions | (() => Guard);
const askedOnce = (from: GuardSource): (() => Guard) => {
  let guard: Guard | undefined;
  return () => (guard ??= typeof from === 'function' ? from() : guardFrom(from));
};

/** For `proxy.ts` (`middleware.ts` before Next 16): requests with a pass go on, the others are answered. */
export function nextGuard(from: GuardSource): (request: Request, event?: FetchEvent) => Promise<Response>;
/** For a route handler: called with the request and its pass (`request.sunbeon`), checked here, whatever the proxy's `matcher` covers. */
export function nextGuard<R extends Request, C = unknown>(
  from: GuardSource,
  handler: (request: Guarded<R>, context: C) => Answer,
): (request: R, context: C) => Promise<Response>;
export function nextGuard<R extends Request, C>(
  from: GuardSource,
  handler?: (request: Guarded<R>, context: C) => Answer,
): (request: R, second: C & FetchEvent) => Promise<Response> {
  const guardNow = askedOnce(from);
  return async (request, second) => {
    const waitUntil = typeof second?.waitUntil === 'function' ? second.waitUntil.bind(second) : undefined;
    const result = await guardNow().check(asked(request), waitUntil === undefined ? {} : { waitUntil });
    if ('response' in result) return result.response;
    if (handler === undefined) return NextResponse.next();
    return await handler(Object.assign(request, { sunbeon: result.pass }), second);
  };
}

/**
 * The pass in server components and actions: `await nextPass(guard, await headers())`. It reads the cookie and verifies it again, so that no header has
 * to be trusted; null without a good one.
 */
export const nextPass = async (
  guard: Guard,
  headers: Headers | { forEach: Headers['forEach']; get: Headers['get'] },
): Promise<Pass | null> => {
  const copied = new Headers();
  headers.forEach((value, name) => copied.append(name, value));
  return await guard.read(new Request(addressOf({ url: 'http://localhost/', headers: copied }), { headers: copied }));
};
