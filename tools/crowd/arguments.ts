import { parseArgs } from 'node:util';

/** Options with a number, by name. */
export type Numbers = Record<string, { default: number; min: number; max: number; whole: boolean; help: string }>;

export const usageOf = (numbers: Numbers): string[] =>
  Object.entries(numbers).map(([name, { default: value, help }]) => `  ${`--${name} <number>`.padEnd(27)}${help} (${value})`);

/** One number among its limits. Throws an Error with one sentence for a bad one. */
export const readNumber = <N extends Numbers>(numbers: N, name: keyof N, given: string | boolean | undefined): number => {
  const { default: standard, min, max, whole } = numbers[name]!;
  const value = given === undefined ? standard : Number(given);
  if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value)))
    throw new Error(`--${String(name)} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not ${JSON.stringify(given)}`);
  return value;
};

/** Options, or the end of the process: after the usage with 0, after the reason for bad ones with 2. */
export const optionsOrExit = <O>(read: () => O | 'help', usage: string): O => {
  try {
    const options = read();
    if (options !== 'help') return options;
    console.log(usage);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
  process.exit(0);
};

/** Reads options with numbers, further ones, and `--gateway`. Throws an Error with one sentence for bad ones. */
export const readArguments = <N extends Numbers, M extends Record<string, 'string' | 'boolean'>>(
  argv: readonly string[],
  numbers: N,
  more: M,
) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      gateway: { type: 'string', default: 'http://localhost:4000' },
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(Object.entries(more).map(([name, type]) => [name, { type }])),
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' as const }])),
    },
  }) as { values: Record<string, string | boolean | undefined> };
  if (values['help']) return 'help' as const;
  const gateway = String(values['gateway']).replace(/\/$/, '');
  const text = (name: keyof M): string | undefined => {
    const value = values[name as string];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    isSet: (name: keyof M): boolean => values[name as string] === true,
    number: (name: keyof N): number => readNumber(numbers, name, values[name as string]),
    /** Read when it is asked for, so that other options are judged first. */
    get gateway(): string {
      if (!URL.canParse(gateway) || !/^https?:$/.test(new URL(gateway).protocol))
        throw new Error(`--gateway must be an http address, not ${JSON.stringify(gateway)}`);
      return gateway;
    },
  };
};
