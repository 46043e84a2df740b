/**
 * Columns of a sample, in their order. Totals only grow, so a rate is a difference. New columns are appended: a row of an older version
 * lacks the last ones. `joined` and `frontier` are numbers of the line: the last one given, and the last one admitted. `paceWanted` is the pace of the
 * settings while the sale is open, else 0. `lastWaitMs`: of the visitor admitted last; to about an hour, and from the number in the line.
 */
export const sampleColumns = [
  'atMs',
  'waiting',
  'active',
  'admitted',
  'purchases',
  'left',
  'held',
  'sold',
  'browsers',
  'estimates',
  'estimateErrorSeconds',
  'epoch',
  'sinceLastMs',
  'completed',
  'abandoned',
  'joined',
  'frontier',
  'paceWanted',
  'activeLimit',
  'lastWaitMs',
] as const;
/** Length of the shortest valid row. */
export const oldestSampleColumns: number = sampleColumns.indexOf('completed');
export type SampleColumn = (typeof sampleColumns)[number];
