import type { BotOptions } from './options.ts';
import type { PartyResult } from './party.ts';
import type { MissingResult, SaleResult } from './rehearse.ts';

type Row = SaleResult | MissingResult;

const markdown = (head: string[], rows: string[][]): string[] => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: string[]): string => `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `|${widths.map(() => '---').join('|')}|`, ...rows.map(line)];
};
const rowsOf = (results: readonly Row[], cells: (result: SaleResult) => string[]): string[][] =>
  results.map((result) => ['missing' in result ? [result.title, result.missing] : [result.title, ...cells(result)]].flat());

const number = (value: number | null, digits: number): string => (value === null ? '–' : value === 0 ? '0' : value.toFixed(digits));
const perPlace = (amount: number, { places }: PartyResult, digits: number): string => number(places === 0 ? null : amount / places, digits);
const both = ({ people, scripts }: SaleResult, of: (party: PartyResult) => string): string => `${of(people)} / ${of(scripts)}`;
const refusalsOf = ({ refusals }: PartyResult): string =>
  Object.entries(refusals)
    .map(([code, count]) => `${count} ${code}`)
    .join(', ') || 'none';
/** Share of the first places, which are those that can buy. */
const shareOfPeople = ({ people, scripts }: SaleResult): string => {
  const first = people.firstPlaces + scripts.firstPlaces;
  return first === 0 ? '–' : `${Math.round((100 * people.firstPlaces) / first)} % of ${first}`;
};

/** What the rows mean, and what they do not. */
const notes = (options: BotOptions, results: readonly Row[]): string[] => {
  const { people, scripts, stock, reaction, botCores, botAhead, botConnections, botTries, botAccounts, botCodes, seed } = options;
  const proven = results.find((result) => result.entrance === 'proof' && !('missing' in result)) as SaleResult | undefined;
  const hadCores = proven ? proven.scripts.solvingCpuSeconds / (proven.scriptSeconds + botAhead) : 0;
  const late = Math.max(...results.map((result) => ('missing' in result ? 0 : result.phonesLateSeconds)));
  return [
    `${people} people: one browser, one join each, after reaction times with a median of ${reaction} s; proofs at the speed of a phone, really solved; an account and a code each.`,
    `${scripts} places wanted by scripts: no cookies, ${botConnections} requests at once from the opening on, refused ones sent again at once, ${botTries} in all; ${botAccounts} accounts and ${botCodes} codes, the other attempts guess.`,
    `Proofs of scripts: ${botCores} cores for ${people} people${people === 0 ? '' : `, one for ${(people / botCores).toFixed(0)}`}, with the solver of the page${botAhead > 0 ? `; challenges solved from ${botAhead} s before the opening on` : ''}. Their share of the places follows this ratio, not the number of scripts. They had ${hadCores.toFixed(2)} until their last attempt.`,
    `Stock ${stock}, ${options.pace} admissions a second, one ticket a place. Attempts end when all are made, or all is sold. Seed ${seed}: decides reactions and guesses, not the race.`,
    `Solving is processor time of this machine, of proofs that got no place too. A phone takes about twice as long. People's time to the place is from their click, that of scripts from the opening, p50.`,
    ...(late >= 0.5
      ? [
          `This machine is slower than all the phones together: proofs of people came up to ${late.toFixed(1)} s late (p95). Take fewer people, or a larger --reaction.`,
        ]
      : []),
    'All requests come from one address. A limit by address (JOIN_LIMIT_PER_MINUTE) would hit people and scripts alike: switch it off here.',
  ];
};

export const tableOf = (options: BotOptions, results: readonly Row[]): string[] => [
  ...markdown(
    ['what they got', 'people with a place', 'scripts with a place', `first ${options.stock} places: people`, 'tickets, people / scripts'],
    rowsOf(results, (result) => [
      `${result.people.places} of ${result.people.wanted}`,
      `${result.scripts.places} of ${result.scripts.wanted}`,
      shareOfPeople(result),
      both(result, ({ tickets }) => String(tickets)),
    ]),
  ),
  '',
  ...markdown(
    ['what they paid, people / scripts', 'solving a place, CPU s', 'requests a place', 'time to the place, s', 'refused'],
    rowsOf(results, (result) => [
      both(result, (party) => perPlace(party.solvingCpuSeconds, party, 2)),
      both(result, (party) => perPlace(party.requests, party, 1)),
      both(result, ({ secondsToPlace }) => number(secondsToPlace, 1)),
      both(result, refusalsOf),
    ]),
  ),
  '',
  ...notes(options, results).map((note) => `- ${note}`),
];
