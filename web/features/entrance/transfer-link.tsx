'use client';

import type { Transfer } from '@sunbeon/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, type Failure } from '../../lib/api.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TransferPanel } from './transfer-panel.tsx';

type Shown = { step: 'busy' } | { step: 'open'; transfer: Transfer; isOver: boolean } | { step: 'failed'; failure: Failure };

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

interface TransferLinkProps {
  saleId: string;
  clockOffsetMs: number;
  onClose: () => void;
}

/** Asks for a link that works once and for two minutes, and shows it. */
export const TransferLink = ({ saleId, clockOffsetMs, onClose }: TransferLinkProps) => {
  const { t, isMessageKey } = useLanguage();
  const [shown, setShown] = useState<Shown>({ step: 'busy' });
  useEnd(
    shown,
    clockOffsetMs,
    useCallback((transfer: Transfer) => setShown({ step: 'open', transfer, isOver: true }), []),
  );
  const start = useCallback(async (): Promise<void> => {
    setShown({ step: 'busy' });
    const answer = await api.transfer(saleId);
    setShown(answer.ok ? { step: 'open', transfer: answer.value, isOver: false } : { step: 'failed', failure: answer.failure });
  }, [saleId]);
  const isStarted = useRef(false);
  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    void start();
  }, [start]);
  const textOf = ({ code }: Failure): string => {
    const key = code === 'rate_limited' ? 'transfer.limited' : `problem.${code}`;
    return t(isMessageKey(key) ? key : 'problem.other');
  };
  if (shown.step === 'open')
    return (
      <TransferPanel
        transfer={shown.transfer}
        clockOffsetMs={clockOffsetMs}
        isOver={shown.isOver}
        onAgain={() => void start()}
        onClose={onClose}
      />
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
