import {
  MappingType,
  SpecialValueMatch,
  type Threshold,
  type ValueMapping,
  type ValueMappingResult,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Green is judged good, orange needs a look, red is bad. Blue is a state without good or bad. Purple says that Prometheus knows nothing. */
export type Colour = 'green' | 'orange' | 'red' | 'blue' | 'purple';
export interface Step extends Threshold {
  color: Colour;
}
export interface Word extends ValueMappingResult {
  text: string;
  color: Colour;
}

/** What a panel shows when its query returns no series. */
export const missing: Word = { text: 'No data', color: 'purple' };
/** What it shows for a share or a quantile of nothing. */
export const idle: Word = { text: 'No traffic', color: 'blue' };

/** Good below the first limit. */
export const lowIsGood = ({ orange, red }: { orange?: number; red: number }): Step[] => [
  { value: null, color: 'green' },
  ...(orange === undefined ? [] : [{ value: orange, color: 'orange' } as const]),
  { value: red, color: 'red' },
];
/** Good at exactly one whole number. */
export const exactly = (value: number): Step[] => [
  { value: null, color: 'red' },
  { value, color: 'green' },
  { value: value + 1, color: 'red' },
];
/** Of events in a window: none is good. Half a one, since `increase` extrapolates. */
export const noneIsGood = ({ red = 0.5 }: { red?: number } = {}): Step[] => lowIsGood(red > 0.5 ? { orange: 0.5, red } : { red });

/** The mappings of a stat panel: its own words, then those for nothing. */
export const mappingsOf = (words: Record<string, Word> = {}): ValueMapping[] => [
  ...(Object.keys(words).length === 0 ? [] : [{ type: MappingType.ValueToText, options: words } as const]),
  { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.Null, result: missing } },
  { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NotANumber, result: idle } },
];
