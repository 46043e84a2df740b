import type { Measured } from './measure.ts';
import { binsOf, errorsOf, type Errors } from './tally.ts';

const percent = (share: number | null, digits = 0): string => (share === null ? '–' : `${(share * 100).toFixed(digits)} %`);
const errorCells = ({ forecasts, p50, p90, within }: Errors): string =>
  `${forecasts} | ${percent(p50)} | ${percent(p90)} | ${percent(within)}`;

/** docs/results/forecast.md. `first`: the twenty rehearsals of the table; `all`: those and their repetitions with other draws. */
export const reportOf = (first: readonly Measured[], all: readonly Measured[], date: string): string => {
  const errors = errorsOf(all);
  const bins = binsOf(all.flatMap(({ said }) => said));
  const said = bins.reduce((sum, { count }) => sum + count, 0);
  const rows = first.map((one) => {
    const { shape, soldOutAt, knownAt } = one;
    const turns = [
      ...shape.pauses.map(([from, seconds]) => `pause ${seconds} s at ${from} s`),
      ...shape.paces.map(([at, pace]) => `pace ${pace} at ${at} s`),
      ...(shape.activeLimit < 100_000 ? [`${shape.activeLimit} slots`] : []),
      ...(shape.leavePerHour > 0 ? [`${shape.leavePerHour.toFixed(1)} leave/h`] : []),
    ];
    return `| ${shape.name} | ${percent(shape.conversion)} | ${percent(shape.noShows)} | ${shape.stock}, ${shape.perVisitorLimit} each | ${shape.admitPerSecond} | ${turns.join(', ')} | ${knownAt ?? '–'} s | ${soldOutAt === null ? 'not' : `${soldOutAt} s`} | ${errorCells(errorsOf([one]))} |`;
  });
  return `# The forecast against rehearsals

\`npm run forecast\`, ${date}: ${all.length} rehearsals in virtual time, twenty shapes with ${all.length / first.length} draws each, from fixed seeds; the same each time. A tick a second makes the
forecast from the counts of the sale, by the code of the admission service. Visitors come in or not, take a random time (log-normal) and a random number of tickets,
or buy nothing and leave early or late; some leave the line.

## Sold out

A forecast every ten seconds, from when it is known until the end. Error: distance of the middle of the range from the real time, as a share of the time until then (at
least 30 s). Within: the real time is in the range; its target is nine of ten. The time of a pause that comes later is not counted: nobody knew of it.

| forecasts | error, p50 | error, p90 | within the range |
|---|---|---|---|
| ${errorCells(errors)} |

Of ${errors.overruled.forecasts} more forecasts, after which an operator set another pace, ${percent(errors.overruled.within)} were right: it is not foreseen.

| shape | conversion of those who come in | no-shows | stock, at most | pace, a second | what happens | known after | sold out after | forecasts | error, p50 | p90 | within |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## Chances

What ${said.toLocaleString('en-US')} times a waiting visitor was told (twenty places of the line, every 20 s), and whether tickets were left at the turn. Those who left before it do not count.

![Calibration curve of the chances](forecast.svg)

| chances | said, mean | tickets were left |
|---|---|---|
${bins.map(({ count, said: mean, happened }) => `| ${count.toLocaleString('en-US')} | ${percent(mean, 1)} | ${percent(happened, 1)} |`).join('\n')}

What it does not show: people whose habits change during a sale, holds that are given back, and more than one sale's worth of luck in each rehearsal: chances of one
rehearsal err together.
`;
};
