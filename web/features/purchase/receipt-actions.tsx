'use client';

import type { Purchase, Sale } from '@sunbeon/contracts';
import { useEffect, useState } from 'react';
import { momentText } from '../../lib/i18n/format.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Language, Translate } from '../../lib/i18n/messages.ts';

/** Time for which "copied" is shown, ms. */
const copiedMs = 2_500;

/** Texts of receipts alone: loaded with these buttons. */
const texts = {
  en: {
    save: 'Save',
    print: 'Print',
    copy: 'Copy number',
    copied: 'Copied',
    sale: 'Sale',
    keep: 'It is shown here again whenever you open this page in this browser.',
  },
  ko: {
    save: '파일로 저장',
    print: '인쇄',
    copy: '번호 복사',
    copied: '복사했습니다',
    sale: '판매',
    keep: '이 브라우저로 다시 열면 언제든 볼 수 있습니다.',
  },
};

/** The confirmation as plain text, one fact per line. */
export const receiptText = (t: Translate, language: Language, sale: Sale, purchases: readonly Purchase[]): string =>
  [
    `${t('app.name')} · ${t('purchased.title')}`,
    `${texts[language].sale}: ${sale.title} (${sale.saleId})`,
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

/** Three ways to keep it, a file, a print, the copied number; and that it stays. */
export const ReceiptActions = ({ sale, purchases }: { sale: Sale; purchases: readonly Purchase[] }) => {
  const { language, t } = useLanguage();
  const own = texts[language];
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
        {own.save}
      </button>
      <button type="button" data-testid="receipt-print" className={button} onClick={() => window.print()}>
        {own.print}
      </button>
      <button type="button" data-testid="receipt-copy" className={button} onClick={() => void copy()}>
        {copied ? own.copied : own.copy}
      </button>
      <span role="status" className="sr-only">
        {copied ? own.copied : ''}
      </span>
      <p className="mt-3 w-full text-sm leading-relaxed text-ink-soft">{own.keep}</p>
    </div>
  );
};
