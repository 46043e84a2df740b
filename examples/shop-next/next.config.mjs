import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default {
  poweredByHeader: false,
  // Tests build elsewhere.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  // In the repository packages are installed at its root.
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
};
