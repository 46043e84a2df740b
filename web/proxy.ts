import { NextResponse, type NextRequest } from 'next/server';
import { gatewayUrl } from './lib/gateway-url.ts';
import { isMissingSale } from './lib/missing-sale.ts';

const relayed = /^\/(api(\/|$)|docs(\/|$)|(openapi|asyncapi|\.well-known\/jwks)\.json$)/;

/** 128 random bits. It is in the policy twice, where nothing compresses it. */
const newNonce = (): string => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));

/** Fonts and connections are those of `default-src`. */
const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${process.env.NODE_ENV === 'development' ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "worker-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Relays the API (HTTP and WebSocket) to the gateway, read at run time, and gives every page its own script nonce. */
export const proxy = async (request: NextRequest): Promise<NextResponse> => {
  const { pathname, search } = request.nextUrl;
  if (relayed.test(pathname)) return NextResponse.rewrite(new URL(pathname + search, gatewayUrl()));

  const policy = contentSecurityPolicy(newNonce());
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const isMissing = await isMissingSale(pathname, request.headers);
  const response = isMissing
    ? NextResponse.rewrite(new URL('/no-such-page', request.url), { request: { headers } })
    : NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
};

export const config = { matcher: ['/((?!_next/static|_next/image|icon.svg).*)'] };
