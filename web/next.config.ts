import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Sent with every page and file; the Content-Security-Policy, which needs a nonce per page, is set in proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
];

/** In development these packages are compiled from their sources: no build first, and a change of them refreshes the page. */
const sources = {
  '@sunbeon/client': '../packages/client/src/index.ts',
  '@sunbeon/client/operator': '../packages/client/src/operator.ts',
  '@sunbeon/line': '../packages/line/src/index.ts',
};

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: repository,
  turbopack: { root: repository, resolveAlias: process.env.NODE_ENV === 'development' ? sources : {} },
  poweredByHeader: false,
  reactStrictMode: true,
  headers: async () => [{ source: '/((?!api/).*)', headers: securityHeaders }],
};

export default config;
