import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, run } from './commands.mjs';
import { step } from './console.mjs';
import { whileAlone } from './install.mjs';

const codeFolders = [
  'packages/contracts',
  'packages/client',
  'packages/guard',
  'packages/line',
  'packages/runtime',
  'packages/verify',
  'services/gateway',
  'services/queue',
  'services/admission',
  'services/purchase',
];
const skipped = new Set(['node_modules', '.next', 'dist', 'test', 'next-env.d.ts']);
const isMade = (name) => name.endsWith('.tsbuildinfo');
/** What every build depends on besides its sources. */
const shared = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json'];

/** All files below a folder, without outputs and packages. */
function* filesBelow(folder, skip = skipped) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skip.has(entry.name) || isMade(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, skip);
    else yield path;
  }
}

/** A hash of names and contents: the same for the same files, whatever their time stamps. `sizesOnly`: of names and sizes, for outputs of many megabytes. */
export const fingerprint = (base, paths, { sizesOnly = false } = {}) => {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    if (!existsSync(path)) continue;
    const what = sizesOnly ? String(statSync(path).size) : createHash('sha256').update(readFileSync(path)).digest('hex');
    hash.update(`${relative(base, path)}\0${what}\n`);
  }
  return hash.digest('hex');
};

const luaBelow = (folder) =>
  [...filesBelow(folder, new Set())].filter((path) => path.endsWith('.lua')).map((path) => relative(folder, path));

/** Mirrors the .lua files of `src` in `dist`, where tsc leaves them out; those that have no source any more are removed, so that no include finds them. */
export const copyLua = () => {
  for (const folder of codeFolders) {
    const [source, target] = ['src', 'dist'].map((name) => join(root, folder, name));
    const scripts = luaBelow(source);
    for (const path of scripts) cpSync(join(source, path), join(target, path), { recursive: true });
    for (const path of existsSync(target) ? luaBelow(target) : []) if (!scripts.includes(path)) rmSync(join(target, path));
  }
};

/** Writes which commit is built, for `sunbeon_build_info`: COMMIT, as the build of an image has it, or that of git; nothing outside of both. */
export const writeCommit = (target) => {
  const { stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' });
  writeFileSync(target, process.env.COMMIT || stdout?.trim() || '');
};

/** A build: inputs and outputs. Its stamp has the fingerprints of both; an interrupted or outdated one is repeated. */
const builds = {
  services: {
    stamp: join(root, 'packages/contracts/dist/.built'),
    sources: () => [...shared.map((name) => join(root, name)), ...codeFolders.flatMap((folder) => [...filesBelow(join(root, folder))])],
    outputs: () =>
      codeFolders.flatMap((folder) =>
        existsSync(join(root, folder, 'dist')) ? [...filesBelow(join(root, folder, 'dist'), new Set(['.built']))] : [],
      ),
  },
  web: {
    stamp: join(root, 'web/.next/.built'),
    sources: () => [
      ...shared.map((name) => join(root, name)),
      ...['web', 'packages/contracts', 'packages/client', 'packages/line'].flatMap((folder) => [...filesBelow(join(root, folder))]),
    ],
    // The rest of the standalone folder are packages and a cache that the running page writes.
    outputs: () =>
      ['web/.next/BUILD_ID', 'web/.next/standalone/web/server.js', 'web/.next/standalone/web/.next/BUILD_ID']
        .map((path) => join(root, path))
        .concat(
          existsSync(join(root, 'web/.next/standalone/files')) ? [...filesBelow(join(root, 'web/.next/standalone/files'), new Set())] : [],
        ),
    sizesOnly: true,
  },
};
const stateOf = ({ sources, outputs, sizesOnly }) => ({
  sources: fingerprint(root, sources()),
  outputs: fingerprint(root, outputs(), { sizesOnly }),
});
const isBuilt = (build) => {
  if (!existsSync(build.stamp)) return false;
  try {
    const stamped = JSON.parse(readFileSync(build.stamp, 'utf8'));
    const now = stateOf(build);
    return stamped.sources === now.sources && stamped.outputs === now.outputs;
  } catch {
    return false;
  }
};

/** Builds unless the stamp matches. An interrupted build has no stamp, so the next start repeats it. */
const make = async (build, name, work) => {
  if (isBuilt(build)) return;
  await whileAlone(root, async () => {
    if (isBuilt(build)) return;
    rmSync(build.stamp, { force: true });
    const { sources } = stateOf(build);
    await step(name, work);
    // Written whole; sources that changed meanwhile do not match it.
    writeFileSync(`${build.stamp}.new`, JSON.stringify({ sources, outputs: stateOf(build).outputs }));
    renameSync(`${build.stamp}.new`, build.stamp);
  });
};

/** Builds the services when they are not built from these sources. */
export const buildServices = () =>
  make(builds.services, 'building the services', async () => {
    // tsc compares time stamps, and trusts its .tsbuildinfo about deleted outputs.
    for (const folder of codeFolders) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
    // Types are checked by npm test: a check takes 1.3 GB, more than a small machine has.
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', '--force', '--noCheck']);
    copyLua();
    writeCommit(join(root, 'packages/runtime/dist/commit'));
  });

/** Builds the web when it is not built from these sources. */
export const buildWeb = () =>
  make(builds.web, 'building the web (Next.js, about 30 s)', () =>
    run('npm', ['run', 'build', '-w', 'web', '--silent'], { quiet: true, env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } }),
  );
