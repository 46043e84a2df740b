// npm run rotate:try -- [--rolls 8] [--seed 1]: visitors wait during a rotation of TOKEN_SECRET, instance by instance, in every order.
import { parseArgs } from 'node:util';
import { plans, rehearse, type Plan } from './rehearse.ts';
import { startRotation } from './roll.ts';

const { values } = parseArgs({ options: { rolls: { type: 'string', default: '8' }, seed: { type: 'string', default: '1' } } });
const [rolls, firstSeed] = [Number(values.rolls), Number(values.seed)];
if (![rolls, firstSeed].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  console.error('All options are whole numbers:  npm run rotate:try -- --rolls 8 --seed 1');
  process.exit(2);
}
let violations = 0;
for (const [i, plan] of [
  ...Object.keys(plans).filter((name) => name !== 'random'),
  ...Array.from({ length: rolls }, () => 'random'),
].entries()) {
  const seed = firstSeed + i;
  console.log(`${plan}, seed ${seed}`);
  const rotation = await startRotation();
  try {
    const { faults } = await rehearse(rotation, plan as Plan, seed, { say: (line) => console.log(line) });
    for (const fault of faults.slice(0, 20)) console.log(`  VIOLATION  ${fault}`);
    violations += faults.length;
  } finally {
    await rotation.stop();
  }
}
console.log(`${violations} violations`);
process.exit(violations === 0 ? 0 : 1);
