'use client';

import type { Transfer } from '@sunbeon/client';
import { Suspense, lazy, useEffect, useId, useRef, useState } from 'react';
import type { Failure } from '../../lib/api.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { startTransfer } from '../../lib/transfer.ts';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Loaded with the first link. */
const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** What the panel shows. */
type Shown = { step: 'closed' | 'busy' } | { step: 'open'; transfer: Transfer; isOver: boolean } | { step: 'failed'; failure: Failure };

/** A link that is over must not be scanned or copied any more. */
const useEnd = (shown: Shown, clockOffsetMs: number, end: (transfer: Transfer) => void): void => {
  const transfer = shown.step === 'open' && !shown.isOver ? shown.transfer : null;
  useEffect(() => {
    if (transfer === null) return;
    const restMs = Date.parse(transfer.expiresAt) - clockOffsetMs - performance.now();
    const timer = setTimeout(() => end(transfer), Math.max(0, restMs));
    return () => clearTimeout(timer);
  }, [transfer, clockOffsetMs, end]);
};

const Link = ({ transfer }: { transfer: Transfer }) => {
  const { t } = useLanguage();
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(transfer.url).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div className="flex w-full flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-ink-soft">
        {t('transfer.link')}
      </label>
      <input
        id={id}
        readOnly
        value={transfer.url}
        data-testid="transfer-link"
        onFocus={(event) => event.target.select()}
        className="min-h-12 w-full rounded-xl border border-line bg-sunken px-3 text-sm"
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button look="quiet" onClick={copy} data-testid="transfer-copy">
          {t('transfer.copy')}
        </Button>
        <span role="status" className="text-sm text-ink-soft">
          {isCopied && t('transfer.copied')}
        </span>
      </div>
    </div>
  );
};

interface TransferPanelProps {
  saleId: string;
  clockOffsetMs: number;
  /** Makes a link without a further click. */
  startsAtOnce?: boolean;
}

/** Continue on another device: a QR code and a link, good once and for two minutes. `clockOffsetMs`: as of `Countdown`. */
export const TransferPanel = ({ saleId, clockOffsetMs, startsAtOnce = false }: TransferPanelProps) => {
  const { t, isMessageKey } = useLanguage();
  const id = useId();
  const [shown, setShown] = useState<Shown>({ step: 'closed' });
  const [end] = useState(() => (transfer: Transfer) => setShown({ step: 'open', transfer, isOver: true }));
  useEnd(shown, clockOffsetMs, end);
  const start = async (): Promise<void> => {
    setShown({ step: 'busy' });
    const answer = await startTransfer(saleId);
    setShown(answer.ok ? { step: 'open', transfer: answer.value, isOver: false } : { step: 'failed', failure: answer.failure });
  };
  const starts = useRef(startsAtOnce);
  useEffect(() => {
    if (!starts.current) return;
    starts.current = false;
    void start();
  });
  const textOf = ({ code }: Failure): string => {
    const key = code === 'rate_limited' ? 'transfer.limited' : `problem.${code}`;
    return t(isMessageKey(key) ? key : 'problem.other');
  };
  if (shown.step !== 'open')
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
  const { transfer, isOver } = shown;
  return (
    <section
      aria-labelledby={`${id}-title`}
      data-testid="transfer-panel"
      className="flex flex-col items-start gap-4 rounded-2xl border border-line p-5"
    >
      <h2 id={`${id}-title`} className="text-lg font-bold">
        {t('transfer.title')}
      </h2>
      {isOver ? (
        <Notice role="status">{t('transfer.over')}</Notice>
      ) : (
        <>
          <p className="leading-relaxed text-ink-soft">{t('transfer.body')}</p>
          <Suspense fallback={null}>
            <QrCode text={transfer.url} label={t('transfer.qr')} />
          </Suspense>
          <Link transfer={transfer} />
          <Countdown
            label={t('transfer.until')}
            until={transfer.expiresAt}
            clockOffsetMs={clockOffsetMs}
            over={t('transfer.over')}
            urgentSeconds={15}
          />
        </>
      )}
      <div className="flex flex-wrap gap-3">
        {isOver && (
          <Button onClick={() => void start()} data-testid="transfer-again">
            {t('transfer.again')}
          </Button>
        )}
        <Button look="quiet" onClick={() => setShown({ step: 'closed' })} data-testid="transfer-close">
          {t('transfer.close')}
        </Button>
      </div>
    </section>
  );
};
