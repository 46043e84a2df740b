import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Nothing that a page could ask a person for; `camera`: who may use it. */
const permissions = (camera = '') => ({
  key: 'Permissions-Policy',
  value: `camera=(${camera}), microphone=(), geolocation=(), payment=(), usb=()`,
});
/** Sent with every page and file; the Content-Security-Policy, which needs a nonce per page, is set in proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  permissions(),
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
  // start.mjs compresses pages, by Brotli too, and serves the static files; it is no module of a page.
  compress: false,
  outputFileTracingIncludes: {
    '/*': [
      '../node_modules/{sirv,@polka/url,mrmime,totalist,compression,bytes,compressible,mime-db,content-type,on-headers,safe-buffer,vary}/**',
    ],
  },
  turbopack: { root: repository, resolveAlias: process.env.NODE_ENV === 'development' ? sources : {} },
  // Types are checked by npm test: the build of a start does not need their memory and time.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // No page has an image to resize: strangers cannot make the optimizer work, and the image goes without its 19 MB of sharp.
  images: { unoptimized: true },
  reactStrictMode: true,
  // A build runs where sources changed, so its cache is seldom of use; it takes 100 MB of memory and time to write.
  experimental: { turbopackFileSystemCacheForBuild: false },
  headers: async () => [
    { source: '/((?!api/).*)', headers: securityHeaders },
    // The last one with the same name is sent. A policy is a document's: that page is opened by a load, not by the router.
    { source: '/operator/sales/:sale/check-in', headers: [permissions('self')] },
  ],
};

export default config;
