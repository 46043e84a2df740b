'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Countdown } from '../../../ui/countdown.tsx';
import { Sunrise } from '../../../ui/sunrise.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import type { ViewOf } from '../view.ts';

/** Shown until the automatic claim succeeds: a moment, or longer on a poor connection. */
export const AdmittedScreen = ({ view }: { view: ViewOf<'admitted'> }) => {
  const { t } = useLanguage();
  return (
    <div data-testid="admitted">
      <Ticket title={t('admitted.title')} banner={<Sunrise />}>
        <Countdown
          label={t('admitted.remaining')}
          until={view.admittedUntil}
          clockOffsetMs={view.clockOffsetMs}
          over={t('buying.over')}
          urgentSeconds={10}
        />
        <TicketText>
          {t('admitted.body')} {t('admitted.soon')}
        </TicketText>
      </Ticket>
    </div>
  );
};
