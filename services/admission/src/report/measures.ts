import type { SampleColumn } from '@sunbeon/contracts';

/** A row of figures by name. */
export type Row = Readonly<Record<SampleColumn, number>>;

export interface Waits {
  /** Waits of so many admitted visitors. */
  measured: number;
  p50Seconds: number;
  p95Seconds: number;
  longestSeconds: number;
}

/** Points within the interval of two rows at which waits are taken. */
const pointsOfInterval = 4;

/** `joined` of the rows as a line over time, inverted: when a number was given, ms. Numbers must be asked for in ascending order. */
const givenAt = (rows: readonly Row[]) => {
  let i = 1;
  return (seq: number): number => {
    while (i < rows.length - 1 && rows[i]!.joined < seq) i += 1;
    const [from, to] = [rows[i - 1]!, rows[i] ?? rows[i - 1]!];
    // Numbers of before the first row count from it.
    if (seq <= from.joined) return from.atMs;
    return from.atMs + Math.min(1, (seq - from.joined) / (to.joined - from.joined)) * (to.atMs - from.atMs);
  };
};

/**
 * Waits of all admitted visitors, from two curves alone: a visitor waited from the time at which `joined` reached its number until the time at which
 * `frontier` did. As exact as the distance of the rows; no visitor's time is kept. `rows`: oldest first, of one sale. Null when nobody was admitted.
 */
export const waitsOf = (rows: readonly Row[]): Waits | null => {
  const given = givenAt(rows);
  const waits: { seconds: number; visitors: number }[] = [];
  for (let i = 1; i < rows.length; i += 1) {
    const [from, to] = [rows[i - 1]!, rows[i]!];
    const visitors = to.admitted - from.admitted;
    if (visitors <= 0) continue;
    for (let point = 1; point <= pointsOfInterval; point += 1) {
      const share = (point - 0.5) / pointsOfInterval;
      const seq = from.frontier + share * (to.frontier - from.frontier);
      const atMs = from.atMs + share * (to.atMs - from.atMs);
      waits.push({ seconds: Math.max(0, atMs - given(seq)) / 1_000, visitors: visitors / pointsOfInterval });
    }
  }
  if (waits.length === 0) return null;
  waits.sort((a, b) => a.seconds - b.seconds);
  const measured = waits.reduce((sum, { visitors }) => sum + visitors, 0);
  const quantile = (share: number): number => {
    let seen = 0;
    for (const { seconds, visitors } of waits) if ((seen += visitors) >= share * measured) return seconds;
    return waits.at(-1)!.seconds;
  };
  return { measured, p50Seconds: quantile(0.5), p95Seconds: quantile(0.95), longestSeconds: waits.at(-1)!.seconds };
};

/**
 * Admissions ÷ those that the pace of the settings allowed, while people waited; 0 to 1. Null when nobody waited. Below 1 where the active limit, the
 * stock or a missing leader held people back.
 */
export const paceKeptOf = (rows: readonly Row[]): number | null => {
  let wanted = 0;
  let kept = 0;
  for (let i = 1; i < rows.length; i += 1) {
    const [from, to] = [rows[i - 1]!, rows[i]!];
    // An interval in which the line emptied, or the pace changed, tells nothing.
    if (from.waiting <= 0 || to.waiting <= 0 || from.paceWanted <= 0 || from.paceWanted !== to.paceWanted) continue;
    wanted += (from.paceWanted * (to.atMs - from.atMs)) / 1_000;
    kept += Math.max(0, to.admitted - from.admitted);
  }
  return wanted > 0 ? Math.min(1, kept / wanted) : null;
};

/** Growth of a total that may fall: gateways that are gone for an hour take their part with them. */
const grownOf = (rows: readonly Row[], column: SampleColumn): number =>
  rows.reduce((sum, row, i) => sum + Math.max(0, row[column] - (rows[i - 1]?.[column] ?? 0)), 0);

export interface Estimates {
  /** Estimates whose visitor was admitted. */
  count: number;
  /** Mean distance of the real wait from the estimated range, seconds. */
  meanErrorSeconds: number;
}
/** Null without an estimate. */
export const estimatesOf = (rows: readonly Row[]): Estimates | null => {
  const count = grownOf(rows, 'estimates');
  return count > 0 ? { count, meanErrorSeconds: grownOf(rows, 'estimateErrorSeconds') / count } : null;
};

/** At most `most` rows after the first one: the last of each of so many equal times. Totals keep the rates between them exact. */
export const fewer = <T extends Pick<Row, 'atMs'>>(rows: readonly T[], most: number): T[] => {
  const [fromMs, toMs] = [rows[0]?.atMs ?? 0, rows.at(-1)?.atMs ?? 0];
  const slotOf = ({ atMs }: T): number => Math.ceil(((atMs - fromMs) / Math.max(1, toMs - fromMs)) * most);
  return rows.filter((row, i) => i === rows.length - 1 || slotOf(row) !== slotOf(rows[i + 1]!));
};
