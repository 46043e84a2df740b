'use client';

import type { Transfer } from '@sunbeon/client';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { api, type Failure } from '../../lib/api.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Loaded with the first link: most visitors stay on one device. */
const TransferPanel = lazy(async () => ({ default: (await import('./transfer-panel.tsx')).TransferPanel }));

type Shown = { step: 'closed' | 'busy' } | { step: 'open'; transfer: Transfer; isOver: boolean } | { step: 'failed'; failure: Failure };

/** A link that has expired must not be scanned or copied any more. */
const useEnd = (shown: Shown, clockOffsetMs: number, end: (transfer: Transfer) => void): void => {
  const transfer = shown.step === 'open' && !shown.isOver ? shown.transfer : null;
  useEffect(() => {
    if (transfer === null) return;
    const restMs = Date.parse(transfer.expiresAt) - clockOffsetMs - performance.now();
    const timer = setTimeout(() => end(transfer), Math.max(0, restMs));
    return () => clearTimeout(timer);
  }, [transfer, clockOffsetMs, end]);
};

/** The way to another device: a button, then a link that works once and for two minutes. `clockOffsetMs`: as of `Countdown`. */
export const TransferButton = ({ saleId, clockOffsetMs }: { saleId: string; clockOffsetMs: number }) => {
  const { t, isMessageKey } = useLanguage();
  const [shown, setShown] = useState<Shown>({ step: 'closed' });
  useEnd(
    shown,
    clockOffsetMs,
    useCallback((transfer: Transfer) => setShown({ step: 'open', transfer, isOver: true }), []),
  );
  const start = async (): Promise<void> => {
    setShown({ step: 'busy' });
    const answer = await api.transfer(saleId);
    setShown(answer.ok ? { step: 'open', transfer: answer.value, isOver: false } : { step: 'failed', failure: answer.failure });
  };
  const textOf = ({ code }: Failure): string => {
    const key = code === 'rate_limited' ? 'transfer.limited' : `problem.${code}`;
    return t(isMessageKey(key) ? key : 'problem.other');
  };
  if (shown.step === 'open')
    return (
      <Suspense fallback={null}>
        <TransferPanel
          transfer={shown.transfer}
          clockOffsetMs={clockOffsetMs}
          isOver={shown.isOver}
          onAgain={() => void start()}
          onClose={() => setShown({ step: 'closed' })}
        />
      </Suspense>
    );
  return (
    <div className="flex flex-col gap-3">
      <Button look="text" onClick={() => void start()} disabled={shown.step === 'busy'} data-testid="transfer-button">
        {t(shown.step === 'busy' ? 'transfer.busy' : 'transfer.button')}
      </Button>
      {shown.step === 'failed' && (
        <Notice tone="danger" role="alert">
          {textOf(shown.failure)}
        </Notice>
      )}
    </div>
  );
};
