'use client';

import { lazy, Suspense, useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';

/** Loaded with the first click: most visitors stay on one device. */
const TransferLink = lazy(async () => ({ default: (await import('./transfer-link.tsx')).TransferLink }));

/** The way to another device. `clockOffsetMs`: as of `Countdown`. */
export const TransferButton = (place: { saleId: string; clockOffsetMs: number }) => {
  const { t } = useLanguage();
  const [isAsked, setAsked] = useState(false);
  const button = (
    <Button look="text" onClick={() => setAsked(true)} disabled={isAsked} data-testid="transfer-button">
      {t('transfer.button')}
    </Button>
  );
  return isAsked ? (
    <Suspense fallback={button}>
      <TransferLink {...place} onClose={() => setAsked(false)} />
    </Suspense>
  ) : (
    button
  );
};
