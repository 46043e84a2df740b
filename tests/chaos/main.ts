// npm run chaos -- [--kills 200] [--seconds 60] [--people 60] [--seed 1]: load while processes crash and networks fail.
import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    people: { type: 'string', default: '60' },
    seed: { type: 'string' },
  },
});
const [kills, seconds, people] = [values.kills, values.seconds, values.people].map(Number) as [number, number, number];
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
if (![kills, seconds, people, seed].every((value) => Number.isSafeInteger(value) && value >= 0) || people < 1) {
  console.error('All options are whole numbers:  npm run chaos -- --kills 200 --seconds 60 --people 60 --seed 1');
  process.exit(2);
}
console.log(`seed ${seed}: until ${kills} kills and ${seconds} s, with ${people} people`);
const {
  faults,
  figures,
  kills: killed,
  strikes,
  seconds: took,
} = await runChaos({ seed, kills, seconds, people, say: (line) => console.log(line) });
console.log(
  `\nseed ${seed}, ${took} s, ${strikes.length} faults; killed: ${Object.entries(killed)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ')}`,
);
console.log(figures);
for (const fault of faults.slice(0, 50)) console.log(`  VIOLATION  ${fault}`);
console.log(`${faults.length} violations`);
process.exit(faults.length === 0 ? 0 : 1);
