// npm run crowd -- --sale concert_2025 --visitors 2000 --per-second 200: rehearses a sale with virtual visitors.
import { createClient, type Failure } from '@sunbeon/client';
import { main as rehearseWithBots } from './bots/main.ts';
import { optionsOrExit } from './arguments.ts';
import { readOptions, usage } from './options.ts';
import { createReport } from './report.ts';
import { createVisits } from './visitor.ts';

if (process.argv.some((argument) => /^--bots(=|$)/.test(argument))) await rehearseWithBots(process.argv.slice(2));

const options = optionsOrExit(() => readOptions(process.argv.slice(2)), usage);

const sale = await createClient({ baseUrl: options.gateway }).sale(options.sale);
const refusalOf = (failure: Failure): string =>
  failure.code === 'network'
    ? `No gateway answers at ${options.gateway}. Is Sunbeon running (npm start)?`
    : failure.code === 'sale_not_found'
      ? `There is no sale ${options.sale} at ${options.gateway}.`
      : `The gateway answered ${failure.status} ${failure.code}.`;
const refusal = !sale.ok
  ? refusalOf(sale.failure)
  : sale.value.status !== 'open' && sale.value.status !== 'paused'
    ? `The sale is ${sale.value.status}: nobody can join it now.`
    : sale.value.soldOut
      ? 'The sale is sold out: nobody can join it now.'
      : null;
if (refusal) {
  console.error(refusal);
  process.exit(2);
}

const report = createReport();
const visits = createVisits(options, report);
const startedAt = performance.now();
const seconds = (): number => (performance.now() - startedAt) / 1_000;
let arrived = 0;
let inside = 0;
const running = new Set<Promise<void>>();
const progress = setInterval(() => {
  console.log(
    `${String(Math.round(seconds())).padStart(5)} s  ${arrived} of ${options.visitors} came, ${report.of('joined')} joined, ${visits.open()} streams, ${report.of('let in')} let in, ${report.of('bought')} bought`,
  );
}, 2_000);

// An open loop: arrivals do not depend on earlier answers.
await new Promise<void>((resolve) => {
  const arrivals = setInterval(() => {
    for (const due = Math.min(options.visitors, Math.floor(seconds() * options.perSecond) + 1); arrived < due; arrived += 1) {
      const visit = visits.visit().finally(() => running.delete(visit));
      running.add(visit);
      inside = Math.max(inside, running.size);
    }
    if (arrived === options.visitors) {
      clearInterval(arrivals);
      resolve();
    }
  }, 5);
});
await Promise.all(running);
clearInterval(progress);
await visits.stop();
console.log(`\n${options.visitors} people in ${seconds().toFixed(1)} s, at most ${inside} at once\n`);
for (const line of report.lines()) console.log(line);
process.exit(0);
