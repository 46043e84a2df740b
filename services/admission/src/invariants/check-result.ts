import { invariantTexts, type InvariantSaid } from '@sunbeon/contracts';

/** The invariants of the design that a check covers; D3: the order of the lobby is that of its draw. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'D3';

/** Result of one check of one invariant. `broken`: violated; `unknown`: not checked, with the reason. */
export interface CheckResult {
  invariant: Invariant;
  title: string;
  verdict: 'holds' | 'broken' | 'unknown';
  /** The stats, for people. */
  text: string;
  /** The same by codes: violations, then the stats; absent for checks that only `npm run invariants` makes. */
  said?: InvariantSaid[];
}

const number = new Intl.NumberFormat('en-US');
export const formatCount = (value: number): string => number.format(value);

/** `faults`: violations, each in a few words; empty when the invariant holds. */
export const checkResultOf = (
  invariant: Invariant,
  title: string,
  text: string,
  faults: readonly (string | false | null)[],
): CheckResult => {
  const found = faults.filter((fault): fault is string => typeof fault === 'string');
  return {
    invariant,
    title,
    verdict: found.length === 0 ? 'holds' : 'broken',
    text:
      found.length === 0 ? text : `${found.slice(0, 5).join('; ')}${found.length > 5 ? ` … and ${found.length - 5} more` : ''} (${text})`,
  };
};

const englishOf = ({ code, values }: InvariantSaid): string =>
  invariantTexts[code].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]!;
    return typeof value === 'number' ? formatCount(value) : value;
  });

/** As `checkResultOf`, with what it says by codes too. `stats`: what was compared; `faults`: violations. */
export const checkOf = (
  invariant: Invariant,
  title: string,
  stats: InvariantSaid,
  faults: readonly (InvariantSaid | false)[],
): CheckResult => {
  const found = faults.filter((fault): fault is InvariantSaid => fault !== false);
  return { ...checkResultOf(invariant, title, englishOf(stats), found.map(englishOf)), said: [...found, stats] };
};
