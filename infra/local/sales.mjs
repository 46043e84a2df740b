// npm run sales -- [--quick]: builds, then measures how many sales one installation carries (tests/bench/sales-main.ts).
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
  const program = ['--conditions=development', '--import', 'tsx', join(root, 'tests/bench/sales-main.ts'), ...process.argv.slice(2)];
  process.exitCode = (await run(process.execPath, program, { env: { REDIS_SERVER: await redisProgram() }, allowFailure: true })).code;
});
