// npm run durability -- [--faults 30] [--control 10] [--topology sentinel|cluster] [--rows file]: what fail-overs lose with DURABILITY=local and with all replicas.
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { allReplicas, failOvers, type FailOverResult, type TopologyName } from './fail-overs.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '30' },
    control: { type: 'string', default: '10' },
    topology: { type: 'string' },
    rows: { type: 'string' },
  },
});
const names = (values.topology === undefined ? ['sentinel', 'cluster'] : [values.topology]) as TopologyName[];
const [faults, control] = [values.faults, values.control].map(Number) as [number, number];
if (![faults, control].every((value) => Number.isSafeInteger(value) && value >= 0) || !names.every((name) => name in allReplicas)) {
  console.error('npm run durability -- [--faults 30] [--control 10] [--topology sentinel|cluster] [--rows file]');
  process.exit(2);
}

/** Joins and purchases between two faults, each: with 30 faults more than 10,000. */
const between = 170;

const rowOf = (name: TopologyName, durability: string, { struck, ...counts }: FailOverResult): string =>
  `| ${name === 'sentinel' ? 'Sentinel' : 'Cluster'} | \`${durability}\` | ${struck.kill} + ${struck.freeze} | ${counts.joins} | ${counts.joinsLost} | ${counts.purchases} | ${counts.purchasesLost} | ${counts.holds} | ${counts.holdsLost} | ${counts.passes} | ${counts.passesLost} | ${counts.unknown} |`;
const rows: string[] = [];
let failed = false;
for (const topology of names) {
  for (const [durability, count] of [
    ['local', control],
    [allReplicas[topology], faults],
  ] as const) {
    if (count === 0) continue;
    const result = await failOvers({ topology, durability, faults: count, between, say: console.log });
    const row = rowOf(topology, durability, result);
    rows.push(row);
    console.log(row);
    if (values.rows !== undefined) appendFileSync(values.rows, `${row}\n`);
    if (durability !== 'local') failed ||= result.joinsLost + result.purchasesLost + result.holdsLost + result.passesLost > 0;
  }
}
console.log(
  [
    '| topology | `DURABILITY` | kills + freezes | joins acknowledged | lost | purchases acknowledged | lost | holds | lost | redemptions | lost | calls of unknown outcome |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n'),
);
process.exit(failed ? 1 : 0);
