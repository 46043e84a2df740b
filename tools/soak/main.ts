// npm run soak -- --hours 24, or --kills 500: sales one after the other for a long time.
import { writeFileSync } from 'node:fs';
import { judge } from './judge.ts';
import { optionsOrExit } from '../crowd/arguments.ts';
import { readOptions, usage } from './options.ts';
import { soakPage, soakTable } from './page.ts';
import { soakPicture } from './picture.ts';
import { runSoak } from './run.ts';

const options = optionsOrExit(() => readOptions(process.argv.slice(2)), usage);
const report = await runSoak(options, (line) => console.log(line));
const figures = judge(report.samples);
console.log(soakTable(figures));
for (const fault of report.faults) console.log(`  FAULT  ${fault}`);
const grown = figures.filter(({ grew }) => grew);
console.log(`${report.faults.length} faults, ${grown.length} figures grew${grown.map(({ what }) => `; ${what}`).join('')}`);
if (options.write) {
  const at = (name: string): URL => new URL(`../../docs/results/${name}`, import.meta.url);
  const name = options.kills > 0 ? 'soak-kills' : 'soak';
  writeFileSync(at(`${name}.md`), soakPage(options, report, figures, new Date()));
  writeFileSync(at(`${name}.svg`), soakPicture(report.samples));
}
process.exit(report.faults.length + grown.length === 0 ? 0 : 1);
