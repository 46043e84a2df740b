'use client';

import type { Purchase, Sale } from '@sunbeon/contracts';
import { useEffect, useState } from 'react';
import { momentText } from '../../lib/i18n/format.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Language, Translate } from '../../lib/i18n/messages.ts';

/** Time for which "copied" is shown, ms. */
const copiedMs = 2_500;

/** The confirmation as plain text, one fact per line. */
export const receiptText = (t: Translate, language: Language, sale: Sale, purchases: readonly Purchase[]): string =>
  [
    `${t('app.name')} · ${t('purchased.title')}`,
    `${t('receipt.sale')}: ${sale.title} (${sale.saleId})`,
    ...purchases.flatMap(({ purchaseId, quantity, state, purchasedAt }) => [
      '',
      `${t('purchased.number')}: ${purchaseId}`,
      `${t('purchased.quantity')}: ${t('facts.tickets', { count: quantity })}`,
      `${t('purchased.at')}: ${momentText(language, purchasedAt)} (${purchasedAt})`,
      ...(state === 'cancelled' ? [t('purchased.cancelled')] : []),
    ]),
    '',
  ].join('\n');

/** Downloads a file created in the page. */
const saveFile = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
};

const button =
  'inline-flex min-h-12 grow items-center justify-center rounded-xl border border-line px-4 py-2 text-[0.9375rem] leading-tight font-semibold hover:bg-sunken';

/** Three ways to keep it: a file, a print, the copied number. */
export const ReceiptActions = ({ sale, purchases }: { sale: Sale; purchases: readonly Purchase[] }) => {
  const { language, t } = useLanguage();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const newest = purchases[0];
  if (newest === undefined) return null;
  // Over plain HTTP there is no clipboard; the number can still be selected by one tap.
  const copy = () =>
    navigator.clipboard?.writeText(newest.purchaseId).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      <button
        type="button"
        data-testid="receipt-save"
        className={button}
        onClick={() => saveFile(`sunbeon-${newest.purchaseId}.txt`, receiptText(t, language, sale, purchases))}
      >
        {t('receipt.save')}
      </button>
      <button type="button" data-testid="receipt-print" className={button} onClick={() => window.print()}>
        {t('receipt.print')}
      </button>
      <button type="button" data-testid="receipt-copy" className={button} onClick={() => void copy()}>
        {t(copied ? 'receipt.copied' : 'receipt.copy')}
      </button>
      <span role="status" className="sr-only">
        {copied ? t('receipt.copied') : ''}
      </span>
    </div>
  );
};
