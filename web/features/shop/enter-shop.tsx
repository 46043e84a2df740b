'use client';

import { useEffect, useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { returnAddressOf } from '../../lib/return-address.ts';
import { shopHostOf } from '../../lib/sale-kind.ts';
import { Button } from '../../ui/button.tsx';
import { useArrival } from '../../ui/motion.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProblemText } from '../waiting/problem-text.tsx';
import type { KnownView } from '../waiting/view.ts';
import { goAfterMs, type ShopEntry } from './use-shop-entry.ts';

/** Fills while the page is about to go. Decoration: the seconds stand beside it in words. */
const FillingBar = () => {
  const bar = useArrival<HTMLDivElement>({ transform: ['scaleX(0)', 'scaleX(1)'] }, { duration: goAfterMs / 1_000 });
  return (
    <div aria-hidden="true" className="h-1 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
      <div ref={bar} className="h-full w-full origin-left rounded-full bg-sun" />
    </div>
  );
};

interface EnterShopProps {
  view: KnownView;
  entry: ShopEntry;
  label: string;
  disabled: boolean;
}

/**
 * The link into the shop; to the reader it is a link, though it has no address: where it leads is known once a ticket is given. The host is told before.
 */
export const EnterShop = ({ view, entry, label, disabled }: EnterShopProps) => {
  const { t } = useLanguage();
  const { saleId } = view.sale;
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => setWanted(returnAddressOf(saleId)), [saleId]);
  const host = shopHostOf(view.sale, wanted);
  const going = entry.phase === 'going';
  // A link that can only be refused again is none.
  const refused = view.sale.status === 'closed' ? 'entering.closed' : entry.failure?.code === 'limit_exceeded' ? 'entering.limit' : null;
  if (refused !== null)
    return (
      <div data-testid="enter-shop" data-phase={entry.phase}>
        <Notice tone={refused === 'entering.closed' ? 'warn' : 'danger'} role="alert">
          {t(refused)}
        </Notice>
      </div>
    );
  return (
    <div data-testid="enter-shop" data-phase={entry.phase} className="flex flex-col gap-3">
      <ProblemText failure={entry.failure} />
      <Button
        role="link"
        onClick={entry.go}
        disabled={disabled || going}
        aria-disabled={disabled || going}
        aria-busy={going}
        data-testid="shop-link"
        className="min-h-16 flex-col gap-0.5 py-2 text-lg"
      >
        <span>
          {going ? t('entering.busy') : label} {!going && <span aria-hidden="true">→</span>}
        </span>
        {host !== null && (
          <span data-testid="shop-host" className="max-w-full text-sm font-medium break-all opacity-90">
            {host}
          </span>
        )}
      </Button>
      <div className="flex min-h-14 flex-col gap-2">
        {entry.phase === 'counting' ? (
          <>
            <FillingBar />
            <div className="flex flex-wrap items-center justify-between gap-x-4">
              <span data-testid="counting" className="text-sm text-ink-soft tabular-nums">
                {t('entering.counting', { seconds: entry.seconds })}
              </span>
              <Button look="text" onClick={entry.stay} data-testid="stay-button" className="text-sm">
                {t('entering.stay')}
              </Button>
            </div>
          </>
        ) : (
          <p className="text-sm leading-relaxed text-ink-soft">{t('entering.link')}</p>
        )}
      </div>
    </div>
  );
};
