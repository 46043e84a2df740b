// Commands with a browser apart from npm test: npm run screens, pictures, page:bench, page:crowd. Builds what is old, then runs the script.
import { buildServices, buildWeb } from './build.mjs';
import { root, run, which } from './commands.mjs';
import { CliError, runMain } from './console.mjs';
import { installDebian, installPackages } from './install.mjs';
import { redisProgram } from './redis.mjs';
import { join } from 'node:path';

await runMain(async () => {
  const [script, ...args] = process.argv.slice(2);
  await installPackages();
  const chromium = which('chromium') ?? ((await installDebian('chromium', 'fonts-noto-cjk')) ? which('chromium') : null);
  if (!chromium) throw new CliError('There is no chromium here: apt-get install chromium');
  await buildServices();
  await buildWeb();
  const env = { REDIS_SERVER: await redisProgram(), CHROMIUM: chromium };
  await run(
    process.execPath,
    ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', join(root, `tests/e2e/${script}.ts`), ...args],
    { env },
  );
});
