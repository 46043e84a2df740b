'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Sunrise } from '../../ui/sunrise.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { ProblemText } from '../waiting/problem-text.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import type { ViewOf } from '../waiting/view.ts';
import { EnterShop } from './enter-shop.tsx';
import type { ShopEntry } from './use-shop-entry.ts';

const urgentSeconds = 30;

/** Tickets are set aside and the shop takes the payment: only the shop confirms them or gives them back, so neither is offered here, nor leaving. */
export const PayingScreen = ({ view, queue, entry }: { view: ViewOf<'paying'>; queue: TicketQueue; entry: ShopEntry }) => {
  const { t } = useLanguage();
  const { hold } = view;
  return (
    <div data-testid="paying">
      <Ticket
        title={t('paying.title')}
        banner={<Sunrise />}
        stub={<p className="text-sm leading-relaxed text-ink-soft">{t('paying.keep')}</p>}
      >
        <Countdown
          label={t('paying.remaining')}
          until={hold.expiresAt}
          clockOffsetMs={view.clockOffsetMs}
          over={t('buying.over')}
          urgentSeconds={urgentSeconds}
        />
        <dl className="flex items-baseline justify-between gap-4 rounded-2xl bg-sunken p-4">
          <dt className="text-ink-soft">{t('buying.quantity')}</dt>
          <dd data-testid="held-quantity" className="text-2xl font-bold tabular-nums">
            {t('facts.tickets', { count: hold.quantity })}
          </dd>
        </dl>
        <TicketText>{t('paying.body')}</TicketText>
        <ProblemText failure={queue.failure} />
        <EnterShop view={view} entry={entry} label={t('paying.button')} disabled={queue.busy !== null} />
      </Ticket>
    </div>
  );
};
