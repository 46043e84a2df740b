import { invariantTexts, type InvariantText } from '@sunbeon/contracts/invariant-texts';

/** What the checks of invariants say, English: as the service says it. */
export const operatorInvariantsEn = Object.fromEntries(
  Object.entries(invariantTexts).map(([code, text]) => [`invariants.said.${code}`, text]),
) as Record<`invariants.said.${InvariantText}`, string>;
