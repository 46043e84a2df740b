// node tools/local/built.mjs <program.ts> [options]: builds the services, then runs a program that starts them (npm run chaos, rotate:try, sales).
import { join } from 'node:path';
import { buildServices } from './build.mjs';
import { root, run } from './commands.mjs';
import { runMain } from './console.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';
import { redisProgram } from './redis.mjs';

await runMain(async () => {
  checkNode();
  await installPackages();
  await buildServices();
  const [program, ...options] = process.argv.slice(2);
  const { code } = await run(
    process.execPath,
    ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', join(root, program), ...options],
    { env: { REDIS_SERVER: await redisProgram() }, allowFailure: true },
  );
  process.exitCode = code;
});
