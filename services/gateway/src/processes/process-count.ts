import { availableParallelism } from 'node:os';

/** Cores that `auto` leaves to Redis and the other services. */
const otherCores = 2;
const mostProcesses = 64;

/** Text of the setting GATEWAY_PROCESSES: a number from 1 to 64, or `auto`. */
export const processCountPattern = '^(auto|[1-9]|[1-5]\\d|6[0-4])$';

/** How many processes the setting asks for, on a machine of that many cores. */
export const processCount = (setting: string, cores = availableParallelism()): number =>
  setting === 'auto' ? Math.min(mostProcesses, Math.max(1, cores - otherCores)) : Number(setting);

/** Which of several processes this is, from 0. */
export interface ProcessPlace {
  number: number;
  count: number;
}

/** The argument that makes `main.ts` one of several processes, and its reading; null for the process that was started by hand. */
export const placeArgument = ({ number, count }: ProcessPlace): string => `--process=${number}/${count}`;
export const placeIn = (args: readonly string[]): ProcessPlace | null => {
  const found = args.map((text) => /^--process=(\d+)\/(\d+)$/.exec(text)).find((match) => match !== null);
  return found ? { number: Number(found[1]), count: Number(found[2]) } : null;
};
