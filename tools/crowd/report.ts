/** Times of one kind, milliseconds. */
export interface Times {
  add: (ms: number) => void;
  count: () => number;
  /** `q`: 0–1. */
  at: (q: number) => number;
}

export const createTimes = (): Times => {
  const all: number[] = [];
  let sorted = true;
  return {
    add: (ms) => {
      all.push(ms);
      sorted = false;
    },
    count: () => all.length,
    at: (q) => {
      if (!sorted) all.sort((a, b) => a - b);
      sorted = true;
      return all.length === 0 ? Number.NaN : all[Math.min(all.length - 1, Math.floor(q * all.length))]!;
    },
  };
};

const kinds = ['join', 'proof', 'state', 'wait', 'claim', 'purchase', 'poll'] as const;
export type Kind = (typeof kinds)[number];
const titles: Record<Kind, string> = {
  join: 'join answered',
  proof: 'proof of work solved',
  state: 'first state on the stream',
  wait: 'from the join to being let in',
  claim: 'claim answered',
  purchase: 'purchase answered',
  poll: 'place answered',
};

/** Everything a rehearsal saw. */
export const createReport = () => {
  const times = Object.fromEntries(kinds.map((kind) => [kind, createTimes()])) as Record<Kind, Times>;
  const counts = new Map<string, number>();
  const count = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);
  const duration = (ms: number): string =>
    Number.isNaN(ms) ? '–' : ms >= 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`;
  return {
    times,
    count,
    of: (name: string): number => counts.get(name) ?? 0,
    /** Answers by code, for those that were no success. */
    problem: (call: string, status: number, code: string): void => count(`! ${call}: ${status === 0 ? 'no answer' : `${status} ${code}`}`),
    lines: (): string[] => [
      `${''.padEnd(32)}${['times', 'p50', 'p95', 'p99', 'longest'].map((word) => word.padStart(10)).join('')}`,
      ...kinds
        .filter((kind) => times[kind].count() > 0)
        .map(
          (kind) =>
            `${titles[kind].padEnd(32)}${[String(times[kind].count()), ...[0.5, 0.95, 0.99, 1].map((q) => duration(times[kind].at(q)))].map((text) => text.padStart(10)).join('')}`,
        ),
      '',
      ...[...counts].filter(([name]) => !name.startsWith('! ')).map(([name, value]) => `${name.padEnd(32)}${String(value).padStart(10)}`),
      ...[...counts]
        .filter(([name]) => name.startsWith('! '))
        .map(([name, value]) => `${name.slice(2).padEnd(52)}${String(value).padStart(10)}`),
    ],
  };
};
export type Report = ReturnType<typeof createReport>;
