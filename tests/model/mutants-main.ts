// npm run mutants: mutation tests of the Lua scripts; reports which check detects each mutant. With names: only those.
import { Redis } from 'ioredis';
import { mutants } from './mutants.ts';
import { startPlainRedis } from './redis.ts';
import { runModel } from './run.ts';

const seed = 20_251;
const total = 40_000;
const server = await startPlainRedis();
const redis = new Redis(server.path);
let missed = 0;
const invariant = (text: string): string => /^([IE]\d)/.exec(text)?.[1] ?? 'yes';
console.log(`${'mutant'.padEnd(50)} ${'by the invariants alone'.padEnd(20)} by invariants and model`);
const named = process.argv.slice(2);
for (const mutant of mutants.filter(({ name }) => named.length === 0 || named.includes(name))) {
  const byInvariants = await runModel(redis, { total, seed, mutant, checkers: 'invariants' });
  const all = await runModel(redis, { total, seed, mutant });
  if (mutant.edits.length > 0 && all.editsUsed === 0) throw new Error(`${mutant.name}: its text is no longer in the scripts`);
  if (!all.fault) missed += 1;
  const after = (report: typeof all) => (report.fault ? `${invariant(report.fault.text)}, after ${report.operations}` : '–');
  console.log(`${mutant.name.padEnd(50)} ${after(byInvariants).padEnd(20)} ${all.fault ? `caught, after ${all.operations}` : 'MISSED'}`);
}
redis.disconnect();
server.stop();
console.log(missed === 0 ? `All ${mutants.length} mutants are caught.` : `${missed} of ${mutants.length} mutants are MISSED.`);
process.exit(missed === 0 ? 0 : 1);
