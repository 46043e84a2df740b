import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default {
  poweredByHeader: false,
  // The guard needs addresses as they were sent: Next rewrites queries (`%20` to `+`) and makes redirects relative without it.
  skipProxyUrlNormalize: true,
  // Tests build elsewhere.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  // In the repository packages are installed at its root.
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
};
