// After `next build`: the standalone server serves its static files only from beside itself. The commit is for `sunbeon_build_info`.
import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';

const { stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' });
cpSync(new URL('./.next/static', import.meta.url), new URL('./.next/standalone/web/.next/static', import.meta.url), { recursive: true });
writeFileSync(new URL('./.next/standalone/web/commit', import.meta.url), process.env.COMMIT || stdout?.trim() || '');
