// npm run model -- [--operations 250000] [--seed 1]: random operations against the real scripts and a model, until a promise breaks.
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startPlainRedis } from './redis.ts';
import { runModel, type RunReport } from './run.ts';

const { values } = parseArgs({ options: { operations: { type: 'string', default: '250000' }, seed: { type: 'string' } } });
const total = Number(values.operations);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isSafeInteger(total) || total < 1 || !Number.isSafeInteger(seed)) {
  console.error('Both --operations and --seed are whole numbers:  npm run model -- --operations 250000 --seed 1');
  process.exit(2);
}
const server = await startPlainRedis();
const redis = new Redis(server.path);
const startedAt = Date.now();
let saidAt = startedAt;
console.log(`${total} operations; again with:  npm run model -- --operations ${total} --seed ${seed}`);
let done = 0;
let fault: RunReport['fault'] = null;
// Half of them of sales without an entrance, half of sales with one.
for (const of of ['line', 'entrance'] as const) {
  const report = await runModel(redis, {
    total: Math.ceil(total / 2),
    seed,
    of,
    onSale: (operations) => {
      if (Date.now() - saidAt < 5_000) return;
      saidAt = Date.now();
      console.log(`… ${done + operations} operations, ${Math.round((done + operations) / ((saidAt - startedAt) / 1_000))} a second`);
    },
  });
  done += report.operations;
  fault = report.fault;
  if (fault) break;
}
redis.disconnect();
server.stop();
if (fault) {
  console.log(`seed ${seed}: ${fault.text}\nThe shortest way there that was found:`);
  for (const step of fault.steps) console.log(`  ${JSON.stringify(step)}`);
} else console.log(`${done} operations in ${Math.round((Date.now() - startedAt) / 1_000)} s, seed ${seed}: 0 violations`);
process.exit(fault ? 1 : 0);
