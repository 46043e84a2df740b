import { parseArgs } from 'node:util';
import { readNumber, usageOf, type Numbers } from '../crowd/arguments.ts';

export interface SoakOptions {
  /** The run is not shorter, seconds. */
  seconds: number;
  /** The run goes on until so many processes were killed; 0: no faults at all. */
  kills: number;
  /** Arrivals a second. */
  perSecond: number;
  /** Visitors who wait for the whole run, each with a WebSocket. */
  waiting: number;
  /** Each sale takes arrivals for so long; after that it is closed, checked and deleted, seconds. */
  saleSeconds: number;
  /** Between two looks at all processes, seconds. */
  sampleSeconds: number;
  seed: number;
}

const numbers = {
  hours: { default: 24, min: 0.01, max: 8_760, whole: false, help: 'length of the run; with --kills it ends with the last kill' },
  kills: { default: 0, min: 0, max: 100_000, whole: true, help: 'processes to kill, with networks that fail in between' },
  'per-second': { default: 5, min: 0.1, max: 1_000, whole: false, help: 'arrivals a second' },
  waiting: { default: 200, min: 0, max: 20_000, whole: true, help: 'visitors who wait for the whole run' },
  'sale-seconds': { default: 300, min: 5, max: 86_400, whole: true, help: 'arrivals of one sale; then the next one' },
  'sample-seconds': { default: 60, min: 1, max: 3_600, whole: true, help: 'between two looks at memory, handles and times' },
  seed: { default: 1, min: 0, max: 2 ** 31, whole: true, help: 'of the faults' },
} as const satisfies Numbers;

export const usage = [
  'npm run soak -- [options]      days of sales one after the other: memory, handles and times at the start and at the end',
  ...usageOf(numbers),
  '  --write                    writes docs/results/soak.md and its picture',
].join('\n');

/** Throws an Error with one sentence for bad options. */
export const readOptions = (argv: readonly string[]): (SoakOptions & { write: boolean }) | 'help' => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      write: { type: 'boolean', default: false },
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' as const }])),
    },
  }) as { values: Record<string, string | boolean | undefined> };
  if (values['help']) return 'help';
  const number = (name: keyof typeof numbers): number => readNumber(numbers, name, values[name]);
  return {
    seconds: values['hours'] === undefined && number('kills') > 0 ? 0 : number('hours') * 3_600,
    kills: number('kills'),
    perSecond: number('per-second'),
    waiting: number('waiting'),
    saleSeconds: number('sale-seconds'),
    sampleSeconds: number('sample-seconds'),
    seed: number('seed'),
    write: values['write'] === true,
  };
};
