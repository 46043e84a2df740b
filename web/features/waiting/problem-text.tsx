'use client';

import type { Failure } from '../../lib/api.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Text of a failure: one for each code of the catalogue. */
export const ProblemText = ({ failure }: { failure: Failure | null }) => {
  const { t } = useLanguage();
  if (failure === null) return null;
  return (
    <Notice tone="danger" role="alert">
      {t(`problem.${failure.code}`)}
    </Notice>
  );
};
