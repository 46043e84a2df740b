// node tools/local/built.mjs [--web] <program.ts> [options]: builds the services, and the web with --web, then runs a program that starts them (npm run chaos, rotate:try, sales, soak).
import { join } from 'node:path';
import { buildServices, buildWeb } from './build.mjs';
import { root, run } from './commands.mjs';
import { runMain } from './console.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';
import { redisProgram } from './redis.mjs';

await runMain(async () => {
  checkNode();
  await installPackages();
  await buildServices();
  const args = process.argv.slice(2);
  if (args[0] === '--web') {
    args.shift();
    await buildWeb();
  }
  const [program, ...options] = args;
  const { code } = await run(
    process.execPath,
    ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', join(root, program), ...options],
    { env: { REDIS_SERVER: await redisProgram() }, allowFailure: true },
  );
  process.exitCode = code;
});
