'use client';

import { useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Notice } from '../../ui/notice.tsx';

/** In steps of five percent, so that it does not flicker; below ten as it is. */
const percentOf = (chance: number): number => (chance < 0.1 ? Math.round(chance * 100) : Math.round(chance * 20) * 5);

/** Texts that few pages need: loaded with this notice. */
const texts = {
  en: (percent: number) =>
    `Tickets may be gone before your turn. Chance that some are left: about ${percent}%. Your place stays yours, also if tickets come back.`,
  ko: (percent: number) =>
    `차례가 오기 전에 매진될 수 있습니다. 티켓이 남아 있을 가능성: 약 ${percent}%. 순번은 그대로 유지되며, 취소된 티켓이 나올 수도 있습니다.`,
};

/** From here on too few are disappointed for a warning. */
const warnsBelow = 0.7;

/**
 * Says honestly, as a likelihood, that the tickets may not last until this turn. It appears below 70 %, and its parent takes it away at 80 %: it never flickers.
 */
export const ChanceNotice = ({ chance }: { chance: number }) => {
  const { language } = useLanguage();
  const [isShown, setIsShown] = useState(false);
  if (chance < warnsBelow && !isShown) setIsShown(true);
  if (!isShown) return null;
  return (
    <div data-testid="chance">
      <Notice tone="warn">{texts[language](percentOf(chance))}</Notice>
    </div>
  );
};
