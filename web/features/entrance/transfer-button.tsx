'use client';

import { Suspense, lazy, useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';

/** Loaded by those who ask for it: most people stay on one device. */
const TransferPanel = lazy(async () => ({ default: (await import('./transfer-panel.tsx')).TransferPanel }));

/** The way to another device, with its panel once it was asked for. */
export const TransferButton = (props: { saleId: string; clockOffsetMs: number }) => {
  const { t } = useLanguage();
  const [isAsked, setAsked] = useState(false);
  return isAsked ? (
    <Suspense fallback={null}>
      <TransferPanel {...props} startsAtOnce />
    </Suspense>
  ) : (
    <Button look="text" onClick={() => setAsked(true)} data-testid="transfer-button">
      {t('transfer.button')}
    </Button>
  );
};
