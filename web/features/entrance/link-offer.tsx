'use client';

import { useId } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import type { Offer } from './link-follower.tsx';

interface LinkOfferProps {
  what: Offer;
  busy: boolean;
  onYes: () => void;
  onNo: () => void;
}

/** A link would make this browser, which has a place, another visitor: it is asked first. Anybody may send a link. */
export const LinkOffer = ({ what, busy, onYes, onNo }: LinkOfferProps) => {
  const { t } = useLanguage();
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      data-testid="link-offer"
      className="flex flex-col gap-3 rounded-xl bg-warn-soft px-4 py-3 text-[0.9375rem] leading-relaxed"
    >
      <p id={id} role="alert" className="font-semibold">
        {t('link.title')}
      </p>
      <p>{t(`link.${what}`)}</p>
      <div className="flex flex-wrap gap-3">
        <Button onClick={onNo} disabled={busy} data-testid="link-keep">
          {t('link.keep')}
        </Button>
        <Button look="quiet" onClick={onYes} disabled={busy} data-testid="link-change">
          {t('link.change')}
        </Button>
      </div>
    </section>
  );
};
