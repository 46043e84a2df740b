'use client';

import { useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { LeaveButton } from '../waiting/leave-button.tsx';
import { ProblemText } from '../waiting/problem-text.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import { allHeld, allowanceOf, boughtBy, type ViewOf } from '../waiting/view.ts';
import { QuantityField } from './quantity-field.tsx';
import { usePurchase } from './use-purchase.ts';

/** The last half minute is shown as urgent, seconds. */
const urgentSeconds = 30;

export const BuyScreen = ({ view, queue }: { view: ViewOf<'buying'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const { sale, hold } = view;
  const { phase, failure, buy } = usePurchase({ saleId: sale.saleId, onBought: queue.bought, onRefused: () => void queue.refresh() });
  const [chosen, setChosen] = useState(1);
  const largest = Math.max(1, allowanceOf(view));
  const quantity = hold?.quantity ?? Math.min(chosen, largest);
  const running = phase === 'sending' || phase === 'retrying';
  const bought = boughtBy(view);
  return (
    <div data-testid="admitted">
      <Ticket title={t('buying.title')} stub={<LeaveButton queue={queue} inside />}>
        <Countdown
          label={t('buying.remaining')}
          until={view.admittedUntil}
          clockOffsetMs={view.clockOffsetMs}
          over={t('buying.over')}
          urgentSeconds={urgentSeconds}
        />
        <TicketText>{t('buying.body')}</TicketText>
        {bought > 0 && <TicketText>{t('purchased.already', { count: bought })}</TicketText>}
        {hold === null ? (
          <QuantityField value={quantity} largest={largest} disabled={running} onChange={setChosen} />
        ) : (
          <Notice>{t('buying.held', { count: hold.quantity })}</Notice>
        )}
        {sale.status === 'closed' && <Notice tone="warn">{t('buying.closed')}</Notice>}
        {hold === null && allHeld(sale) && <Notice tone="warn">{t('held.notice')}</Notice>}
        {phase === 'retrying' && <Notice role="status">{t('buying.retrying')}</Notice>}
        <ProblemText failure={failure ?? queue.failure} />
        <Button
          onClick={() => void buy(quantity, hold)}
          disabled={running || queue.busy !== null}
          aria-busy={running}
          data-testid="buy-button"
          className="min-h-14 text-lg"
        >
          {running ? t('buying.busy') : phase === 'unknown' ? t('buying.retry') : t('buying.button')}
        </Button>
      </Ticket>
    </div>
  );
};
