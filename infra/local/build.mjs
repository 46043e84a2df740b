import { cpSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, run } from './commands.mjs';
import { step } from './console.mjs';

const codeFolders = ['packages/contracts', 'packages/runtime', 'services/gateway', 'services/queue', 'services/admission', 'services/purchase'];
const skipped = new Set(['node_modules', '.next', 'dist', 'test']);

/** All files below a folder, without what is made or installed. */
function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}
const newest = (folders) => Math.max(...folders.flatMap((folder) => [...filesBelow(join(root, folder))].map((path) => statSync(path).mtimeMs)));

/** tsc leaves .lua files where they are; the built code reads them beside itself. */
export const copyLua = () => {
  for (const folder of codeFolders) {
    const source = join(root, folder, 'src');
    for (const path of filesBelow(source)) {
      if (path.endsWith('.lua')) cpSync(path, join(root, folder, 'dist', relative(source, path)), { recursive: true });
    }
  }
};

const builtAt = (stamp) => (existsSync(stamp) ? statSync(stamp).mtimeMs : 0);

/** Builds the services when they are not built or older than their sources. */
export const buildServices = async () => {
  const oldest = Math.min(...codeFolders.map((folder) => builtAt(join(root, folder, 'dist/.built'))));
  if (oldest >= newest(codeFolders)) return;
  await step('building the services', async () => {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
    copyLua();
    for (const folder of codeFolders) writeFileSync(join(root, folder, 'dist/.built'), '');
  });
};

/** Builds the web when it is not built or older than its sources. */
export const buildWeb = async () => {
  const server = join(root, 'web/.next/standalone');
  if (existsSync(server) && builtAt(join(root, 'web/.next/BUILD_ID')) >= newest(['web', 'packages/contracts'])) return;
  await step('building the web (Next.js, about 30 s)', () => run('npm', ['run', 'build', '-w', 'web', '--silent'], { quiet: true, env: { NEXT_TELEMETRY_DISABLED: '1' } }));
};
