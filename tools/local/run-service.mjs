// npm start -w services/<name>: one service alone, configured by its environment only.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildServices } from './build.mjs';
import { root } from './commands.mjs';
import { CliError, runMain } from './console.mjs';
import { endWithNpm, releaseSignals } from './ending.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';

await runMain(async () => {
  checkNode();
  const [, , name] = process.argv;
  if (!['gateway', 'queue', 'admission', 'purchase'].includes(name))
    throw new CliError('Name a service: gateway, queue, admission or purchase.');
  endWithNpm(() => process.kill(process.pid, 'SIGTERM'));
  await installPackages();
  await buildServices();
  releaseSignals();
  await import(pathToFileURL(join(root, `services/${name}/dist/main.js`)).href);
});
