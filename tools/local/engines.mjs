// npm run engines: the page in Firefox and in WebKit. Builds what is old. Tests of a browser that is not there and cannot be installed are skipped.
import { join } from 'node:path';
import { buildServices, buildWeb } from './build.mjs';
import { root, run, which } from './commands.mjs';
import { runMain } from './console.mjs';
import { installDebian, installPackages } from './install.mjs';
import { redisProgram } from './redis.mjs';

/** Programs, and the packages of Debian that have them. */
const packages = { 'firefox-esr': 'firefox-esr', WebKitWebDriver: 'webkit2gtk-driver', Xvfb: 'xvfb' };

await runMain(async () => {
  await installPackages();
  const missing = Object.keys(packages).filter((program) => !which(program));
  if (missing.length > 0) await installDebian(...missing.map((program) => packages[program]), 'fonts-noto-cjk');
  await buildServices();
  await buildWeb();
  await run(
    process.execPath,
    [
      join(root, 'node_modules/@playwright/test/cli.js'),
      'test',
      '-c',
      'tests/engines/playwright.config.ts',
      '--reporter=list',
      ...process.argv.slice(2),
    ],
    { env: { REDIS_SERVER: await redisProgram() } },
  );
});
