/** Columns of a sample, in their order. Totals only grow, so a rate is a difference. */
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
] as const;
export type SampleColumn = (typeof sampleColumns)[number];
