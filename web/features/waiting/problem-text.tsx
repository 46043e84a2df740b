'use client';

import type { Failure } from '../../lib/api.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Text of a failure: one for each code that a page of today can meet, and one for the others. */
export const ProblemText = ({ failure }: { failure: Failure | null }) => {
  const { t, isMessageKey } = useLanguage();
  if (failure === null) return null;
  const key = `problem.${failure.code}`;
  return (
    <Notice tone="danger" role="alert">
      {t(isMessageKey(key) ? key : 'problem.other')}
    </Notice>
  );
};
