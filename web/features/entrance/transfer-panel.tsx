'use client';

import type { Transfer } from '@sunbeon/client';
import { useId, useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QrCode } from './qr-code.tsx';

const Link = ({ transfer }: { transfer: Transfer }) => {
  const { t } = useLanguage();
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  // Typed as always there; plain http has none.
  const { clipboard } = navigator as Partial<Navigator>;
  const copy = (): void => {
    clipboard?.writeText(transfer.url).then(
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
        {clipboard !== undefined && (
          <Button look="quiet" onClick={copy} data-testid="transfer-copy">
            {t('transfer.copy')}
          </Button>
        )}
        <span role="status" className="text-sm text-ink-soft">
          {isCopied && t('transfer.copied')}
        </span>
      </div>
    </div>
  );
};

interface TransferPanelProps {
  transfer: Transfer;
  /** As of `Countdown`. */
  clockOffsetMs: number;
  /** The link has expired: nothing of it is shown any more. */
  isOver: boolean;
  onAgain: () => void;
  onClose: () => void;
}

/** A link to this place for another device, as QR code and text. */
export const TransferPanel = ({ transfer, clockOffsetMs, isOver, onAgain, onClose }: TransferPanelProps) => {
  const { t } = useLanguage();
  const id = useId();
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
          <QrCode text={transfer.url} label={t('transfer.qr')} />
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
          <Button onClick={onAgain} data-testid="transfer-again">
            {t('transfer.again')}
          </Button>
        )}
        <Button look="quiet" onClick={onClose} data-testid="transfer-close">
          {t('transfer.close')}
        </Button>
      </div>
    </section>
  );
};
