// npm run invariants -- <sale>: checks every invariant of a live sale.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildServices } from './build.mjs';
import { root } from './commands.mjs';
import { runMain, say } from './console.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';

await runMain(async () => {
  checkNode();
  await installPackages();
  const main = join(root, 'services/admission/dist/invariants/main.js');
  // Beside a running Sunbeon nothing is rebuilt.
  if (!existsSync(main)) await buildServices();
  const { runInvariantChecks } = await import(pathToFileURL(main).href);
  process.exitCode = await runInvariantChecks(process.argv[2], process.env.REDIS_URL || 'redis://localhost:6379', say);
});
