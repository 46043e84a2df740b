// npm run monitor:live and monitor:alerts: builds, then watches a running Sunbeon with a real Prometheus (tests/monitor).
import { join } from 'node:path';
import { buildServices } from './build.mjs';
import { root, run, which } from './commands.mjs';
import { CliError, runMain } from './console.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';
import { redisProgram } from './redis.mjs';

await runMain(async () => {
  checkNode();
  const [, , what, ...options] = process.argv;
  if (what !== 'live' && what !== 'alerts') throw new CliError('Type npm run monitor:live or npm run monitor:alerts.');
  for (const program of ['prometheus', 'prometheus-redis-exporter']) {
    if (!which(program))
      throw new CliError(`This needs ${program}. Type:  sudo apt-get install --no-install-recommends prometheus prometheus-redis-exporter`);
  }
  await installPackages();
  await buildServices();
  const program = [
    '--conditions=development',
    '--conditions=@sunbeon/source',
    '--import',
    'tsx',
    join(root, `tests/monitor/${what}.ts`),
    ...options,
  ];
  process.exitCode = (await run(process.execPath, program, { env: { REDIS_SERVER: await redisProgram() }, allowFailure: true })).code;
});
