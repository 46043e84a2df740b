'use client';

import type { InvariantState } from '@sunbeon/contracts';
import { isOperatorKey } from '../../lib/i18n/operator-messages.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** What a check of an invariant found, in the reader's words; null when a newer service says what this console does not know. */
export const useSaid = (): ((said: NonNullable<InvariantState['said']>) => string | null) => {
  const { w } = useOperatorI18n();
  return (said) => {
    const texts = said.map(({ code, values }) => {
      const key = `invariants.said.${code}`;
      return isOperatorKey(key) ? w(key, values) : null;
    });
    return texts.includes(null) ? null : texts.join(' · ');
  };
};
