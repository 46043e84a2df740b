// npm run model -- [--operations 250000] [--seed 1]: random operations against the real scripts and a model, until a promise breaks.
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startPlainRedis } from './redis.ts';
import { runModel } from './run.ts';

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
const { fault, operations } = await runModel(redis, {
  total,
  seed,
  onSale: (done) => {
    if (Date.now() - saidAt < 5_000) return;
    saidAt = Date.now();
    console.log(`… ${done} operations, ${Math.round(done / ((saidAt - startedAt) / 1_000))} a second`);
  },
});
redis.disconnect();
server.stop();
if (fault) {
  console.log(`seed ${seed}: ${fault.text}\nThe shortest way there that was found:`);
  for (const step of fault.steps) console.log(`  ${JSON.stringify(step)}`);
} else console.log(`${operations} operations in ${Math.round((Date.now() - startedAt) / 1_000)} s, seed ${seed}: 0 violations`);
process.exit(fault ? 1 : 0);
