import { cpus, totalmem } from 'node:os';
import type { Figure } from './judge.ts';
import type { SoakOptions } from './options.ts';
import type { SoakReport } from './run.ts';

const shown = ({ unit }: Figure, value: number): string => `${value.toFixed(unit === '' ? 0 : 1)}${unit && ` ${unit}`}`;
export const soakTable = (figures: readonly Figure[]): string =>
  [
    '| figure | start | end | growth |',
    '|---|---|---|---|',
    ...figures.map(
      (figure) =>
        `| ${figure.what} | ${shown(figure, figure.start)} | ${shown(figure, figure.end)} | ${figure.grew === null ? 'not judged' : figure.grew ? '**yes**' : 'none'} |`,
    ),
  ].join('\n');

const counted = (of: Record<string, number>): string =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`)
    .join(', ');

export const soakPage = (options: SoakOptions, report: SoakReport, figures: readonly Figure[], now: Date): string => {
  const kills = Object.values(report.kills).reduce((sum, count) => sum + count, 0);
  const command = `npm run soak --${options.seconds > 0 ? ` --hours ${+(options.seconds / 3_600).toFixed(2)}` : ''}${options.kills > 0 ? ` --kills ${options.kills}` : ''} --write`;
  return `# Soak${options.kills > 0 ? ' with kills' : ''}

\`${command}\`, ${now.toISOString().slice(0, 10)}: ${(report.seconds / 3_600).toFixed(2)} hours${kills > 0 ? `, ${kills} kills (${counted(report.kills)})` : ''}; ${cpus().length} cores, ${Math.round(totalmem() / 1_024 ** 3)} GB,
Node ${process.version}. ${options.perSecond} arrivals a second, a new sale every ${options.saleSeconds} s (the old one is closed, checked and deleted), ${options.waiting} visitors who wait all the time.

${counted(report.counts)}.

Start and end are the first and the last fifth of the samples, after a tenth of them to warm up: medians; of the heap the least, what a collection leaves.

${soakTable(figures)}

${report.faults.length === 0 ? 'No fault: books and promises of every sale right before its deletion, no error logged, no key of a deleted sale left, every visitor who waited still in place with a living stream.' : `Faults:\n\n${report.faults.map((fault) => `- ${fault}`).join('\n')}`}

![Memory, handles and times over the run](${options.kills > 0 ? 'soak-kills' : 'soak'}.svg)
`;
};
