// npm run bench -- [options]: builds, then measures (tools/bench/main.ts).
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
  const program = ['--conditions=development', '--import', 'tsx', join(root, 'tools/bench/main.ts'), ...process.argv.slice(2)];
  // Twenty thousand sockets need more open files than a process is given.
  const roomy = ['-c', 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"', process.execPath];
  process.exitCode = (await run('sh', [...roomy, ...program], { env: { REDIS_SERVER: await redisProgram() }, allowFailure: true })).code;
});
