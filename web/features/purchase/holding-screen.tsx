'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Sunrise } from '../../ui/sunrise.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { LeaveButton } from '../waiting/leave-button.tsx';
import { ProblemText } from '../waiting/problem-text.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import type { ViewOf } from '../waiting/view.ts';
import { usePurchase } from './use-purchase.ts';

const urgentSeconds = 30;

/** A living hold: confirm or release it. */
export const HoldingScreen = ({ view, queue }: { view: ViewOf<'holding'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const { sale, hold } = view;
  const { phase, action, failure, running, confirm, release } = usePurchase({
    saleId: sale.saleId,
    onBought: queue.bought,
    onHeld: queue.held,
    onReleased: queue.released,
    onRefused: () => void queue.refresh(),
  });
  const blocked = running || queue.busy !== null;
  return (
    <div data-testid="holding">
      <Ticket title={t('holding.title')} banner={<Sunrise />} stub={<LeaveButton queue={queue} from="inside" />}>
        <Countdown
          label={t('holding.remaining')}
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
        <TicketText>{t('holding.body')}</TicketText>
        {sale.status === 'closed' && <Notice tone="warn">{t('buying.closed')}</Notice>}
        {phase === 'retrying' && <Notice role="status">{t('buying.retrying')}</Notice>}
        <ProblemText failure={failure ?? queue.failure} />
        <p className="text-sm leading-relaxed text-ink-soft">{t('buying.final')}</p>
        <div className="flex flex-col gap-2">
          <Button
            onClick={() => void confirm(hold)}
            disabled={blocked}
            aria-busy={running && action === 'confirm'}
            data-testid="confirm-button"
            className="min-h-14 text-lg"
          >
            {running && action === 'confirm'
              ? t('buying.busy')
              : phase === 'unknown' && action === 'confirm'
                ? t('buying.retry')
                : t('holding.button', { count: hold.quantity })}
          </Button>
          <Button
            look="quiet"
            onClick={() => void release(hold)}
            disabled={blocked}
            aria-busy={running && action === 'release'}
            data-testid="release-button"
          >
            {running && action === 'release' ? t('holding.release.busy') : t('holding.release')}
          </Button>
        </div>
      </Ticket>
    </div>
  );
};
