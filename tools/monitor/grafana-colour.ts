import type { Panel } from './sources.ts';

export interface Shown {
  colour: string;
  /** Words of a mapping; a number has none. */
  text: string | undefined;
}

/**
 * Colour and words of a stat panel for a value, null for no series: as Grafana's `getDisplayProcessor` does it. A mapping goes before the steps, the last
 * step that is not above the value wins, and what is no number gets the lowest step.
 */
export const shownBy = ({ fieldConfig }: Panel, value: number | null): Shown => {
  const { mappings = [], thresholds, noValue } = fieldConfig!.defaults;
  const result = mappings
    .map((mapping) => {
      if (mapping.type === 'value') return value === null ? undefined : mapping.options[String(value)];
      if (mapping.type !== 'special') throw new Error(`a mapping of the type ${mapping.type} is not understood here`);
      const isNothing = { null: value === null, nan: Number.isNaN(value) } as Record<string, boolean>;
      return isNothing[mapping.options.match] ? mapping.options.result : undefined;
    })
    .find((found) => found !== undefined);
  const steps = thresholds!.steps;
  const reached = value === null || Number.isNaN(value) ? undefined : steps.findLast((step) => (step.value ?? -Infinity) <= value);
  return { colour: result?.color ?? (reached ?? steps[0]!).color, text: result?.text ?? (value === null ? noValue : undefined) };
};
