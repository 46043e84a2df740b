'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Countdown } from '../../../ui/countdown.tsx';
import { DateTime } from '../../../ui/date-time.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { AlertSwitch } from '../alert-switch.tsx';
import type { Alerts } from '../use-alerts.ts';
import type { ViewOf } from '../view.ts';

export const ScheduledScreen = ({ view, alerts }: { view: ViewOf<'scheduled'>; alerts: Alerts }) => {
  const { t } = useLanguage();
  const { opensAt, lobbyOpensAt, draw } = view.sale;
  const until = lobbyOpensAt ?? opensAt;
  return (
    <Ticket
      title={t('scheduled.title')}
      stub={
        <>
          <AlertSwitch alerts={alerts} question={t('alerts.opening.title')} />
          <p className="text-sm leading-relaxed text-ink-soft">
            {t(lobbyOpensAt === undefined ? 'scheduled.body' : 'scheduled.lobby.body')}
          </p>
        </>
      }
    >
      {until === undefined || opensAt === undefined ? (
        <TicketText>{t('scheduled.unknown')}</TicketText>
      ) : (
        <>
          <Countdown
            label={t(lobbyOpensAt === undefined ? 'scheduled.until' : 'scheduled.lobby.until')}
            until={until}
            clockOffsetMs={view.clockOffsetMs}
            over={t('scheduled.opening')}
          />
          <TicketText>
            {t('facts.opens')}: <DateTime iso={opensAt} />
          </TicketText>
          {draw !== undefined && <TicketText>{t('lobby.chance')}</TicketText>}
        </>
      )}
    </Ticket>
  );
};
