// npm run chaos:draw -- [--visitors 30000] [--draws 10] [--seed 1]: draws of a lobby while admission services and Redis die.
import { parseArgs } from 'node:util';
import { runDrawChaos } from './draw.ts';

const { values } = parseArgs({
  options: { visitors: { type: 'string', default: '30000' }, draws: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const [visitors, draws] = [values.visitors, values.draws].map(Number) as [number, number];
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
if (![visitors, draws, seed].every((value) => Number.isSafeInteger(value) && value >= 0) || visitors < 100) {
  console.error('All options are whole numbers, 100 visitors at least:  npm run chaos:draw -- --visitors 30000 --draws 10 --seed 1');
  process.exit(2);
}
console.log(`seed ${seed}: ${draws} draws of ${visitors} visitors`);
const { faults, kills } = await runDrawChaos({ seed, visitors, draws, say: (line) => console.log(line) });
for (const fault of faults) console.log(`  VIOLATION  ${fault}`);
console.log(`seed ${seed}: ${draws} draws, ${kills} processes killed or frozen, ${faults.length} violations`);
process.exit(faults.length === 0 ? 0 : 1);
