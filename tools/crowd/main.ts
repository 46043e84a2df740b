// npm run crowd -- --sale concert_2025 --visitors 2000 --per-second 200: rehearses a sale with virtual people.
import { readOptions, usage, type CrowdOptions } from './options.ts';
import { createReport } from './report.ts';
import { createVisits } from './visitor.ts';

let options: CrowdOptions;
try {
  const read = readOptions(process.argv.slice(2));
  if (read === 'help') {
    console.log(usage);
    process.exit(0);
  }
  options = read;
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}

const sale = await fetch(`${options.gateway}/api/sales/${options.sale}`).then(async (response) => ({ status: response.status, body: (await response.json()) as { status?: string; soldOut?: boolean } }), () => null);
const refusal =
  sale === null ? `No gateway answers at ${options.gateway}. Is Sunbeon running (npm start)?`
  : sale.status === 404 ? `There is no sale ${options.sale} at ${options.gateway}.`
  : sale.status !== 200 ? `The gateway answered ${sale.status}.`
  : sale.body.status !== 'open' && sale.body.status !== 'paused' ? `The sale is ${sale.body.status}: nobody can join it now.`
  : sale.body.soldOut ? 'The sale is sold out: nobody can join it now.'
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
  console.log(`${String(Math.round(seconds())).padStart(5)} s  ${arrived} of ${options.visitors} came, ${report.of('joined')} joined, ${visits.open()} streams, ${report.of('let in')} let in, ${report.of('bought')} bought`);
}, 2_000);

// An open loop: people come when they come, however long the others take.
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
