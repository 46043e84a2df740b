import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What runs: the labels of `sunbeon_build_info`. The build writes the commit beside this file (tools/local/build.mjs, the image); sources have none. */
export const buildInfo = (): { version: string; commit: string; node: string } => {
  const commit = join(import.meta.dirname, 'commit');
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
  return {
    version,
    commit: (existsSync(commit) && readFileSync(commit, 'utf8').trim()) || 'unknown',
    node: process.versions.node,
  };
};
