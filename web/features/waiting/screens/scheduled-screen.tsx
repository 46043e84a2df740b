'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Countdown } from '../../../ui/countdown.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import type { ViewOf } from '../view.ts';

export const ScheduledScreen = ({ view }: { view: ViewOf<'scheduled'> }) => {
  const { t } = useLanguage();
  const { opensAt } = view.sale;
  return (
    <Ticket title={t('scheduled.title')} stub={<TicketText>{t('scheduled.body')}</TicketText>}>
      {opensAt === undefined ? (
        <TicketText>{t('scheduled.unknown')}</TicketText>
      ) : (
        <>
          <Countdown label={t('scheduled.until')} until={opensAt} clockOffsetMs={view.clockOffsetMs} over={t('scheduled.opening')} />
          <TicketText>
            {t('facts.opens')}: <Moment iso={opensAt} />
          </TicketText>
        </>
      )}
    </Ticket>
  );
};
