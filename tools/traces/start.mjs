// npm run traces: a purchase in Chromium, and its trace in a real Jaeger, drawn as docs/pictures/trace.svg.
// npm run traces -- --cost: what traces cost; writes docs/results/traces.md. Builds what is old first, Jaeger included.
import { join } from 'node:path';
import { buildServices, buildWeb } from '../local/build.mjs';
import { root, run, which } from '../local/commands.mjs';
import { CliError, runMain } from '../local/console.mjs';
import { installDebian, installPackages } from '../local/install.mjs';
import { checkNode } from '../local/node-version.mjs';
import { redisProgram } from '../local/redis.mjs';
import { buildJaeger } from './jaeger.mjs';

await runMain(async () => {
  checkNode();
  const cost = process.argv.includes('--cost');
  await installPackages();
  await buildJaeger();
  await buildServices();
  const env = { REDIS_SERVER: await redisProgram() };
  if (!cost) {
    const chromium = which('chromium') ?? ((await installDebian('chromium')) ? which('chromium') : null);
    if (!chromium) throw new CliError('There is no chromium here: apt-get install chromium');
    await buildWeb();
    Object.assign(env, { CHROMIUM: chromium });
  }
  const program = join(root, `tools/traces/${cost ? 'cost' : 'main'}.ts`);
  const args = ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', program];
  process.exitCode = (await run(process.execPath, args, { env, allowFailure: true })).code;
});
