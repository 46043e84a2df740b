'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Sunrise } from '../../ui/sunrise.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { LeaveButton } from '../waiting/leave-button.tsx';
import { ProblemText } from '../waiting/problem-text.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import type { ViewOf } from '../waiting/view.ts';
import { EnterShop } from './enter-shop.tsx';
import type { ShopEntry } from './use-shop-entry.ts';

/** The last half minute is shown as urgent, seconds. */
const urgentSeconds = 30;

/** Inside at a gate: the way into the shop, which is the reader's for as long as the time runs. */
export const EnteringScreen = ({ view, queue, entry }: { view: ViewOf<'entering'>; queue: TicketQueue; entry: ShopEntry }) => {
  const { t } = useLanguage();
  return (
    <div data-testid="entering">
      <Ticket title={t('entering.title')} banner={<Sunrise />} stub={<LeaveButton queue={queue} from="inside" />}>
        <Countdown
          label={t('entering.remaining')}
          until={view.admittedUntil}
          clockOffsetMs={view.clockOffsetMs}
          over={t('buying.over')}
          urgentSeconds={urgentSeconds}
        />
        <TicketText>{t('entering.body')}</TicketText>
        <ProblemText failure={queue.failure} />
        <EnterShop view={view} entry={entry} label={t('entering.button')} disabled={queue.busy !== null} />
      </Ticket>
    </div>
  );
};
