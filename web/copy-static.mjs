// After `next build`: the static files where start.mjs serves them, each with a Brotli copy, a sixth smaller than by gzip, and one for connections without TLS, where browsers ask for gzip.
// The commit is for `sunbeon_build_info`.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const files = new URL('./.next/standalone/files/', import.meta.url);
const folder = new URL('./_next/static/', files);
/** Smaller ones fit into one packet either way, bytes. */
const worthIt = 1_024;

rmSync(files, { recursive: true, force: true });
cpSync(new URL('./.next/static', import.meta.url), folder, { recursive: true });
for (const name of readdirSync(folder, { recursive: true })) {
  const file = new URL(encodeURI(name), folder);
  if (!/\.(js|css|json|svg|txt)$/.test(name) || statSync(file).size < worthIt) continue;
  const text = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  writeFileSync(new URL(`${file.href}.br`), brotliCompressSync(text, { params }));
  writeFileSync(new URL(`${file.href}.gz`), gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
}

const { stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' });
writeFileSync(new URL('./.next/standalone/web/commit', import.meta.url), process.env.COMMIT || stdout?.trim() || '');
