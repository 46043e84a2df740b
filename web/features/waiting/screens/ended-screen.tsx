'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { sellsHere } from '../../../lib/sale-kind.ts';
import { Receipt } from '../../purchase/receipts.tsx';
import { RejoinButton } from '../rejoin-button.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { mayJoin, type ViewOf } from '../view.ts';

/** Expired or left: the reason, orders that were cancelled, and a button to join again. */
export const EndedScreen = ({ view, queue }: { view: ViewOf<'expired' | 'left'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const expired = view.state === 'expired';
  const lobby = !expired && view.sale.status === 'lobby' && view.sale.draw !== undefined;
  const reason = view.expiredReason ?? 'unknown';
  const why = reason === 'session_over' && !sellsHere(view.sale) ? 'expired.session_over.gate' : (`expired.${reason}` as const);
  const cancelled = view.purchases.filter(({ state }) => state === 'cancelled');
  const ended = expired ? 'expired' : cancelled.length > 0 ? 'cancelled' : lobby ? 'left.lobby' : 'left';
  return (
    <Ticket title={t(`${ended}.title`)}>
      <TicketText>{t(expired ? why : ended === 'left.lobby' ? ended : `${ended as 'left' | 'cancelled'}.body`)}</TicketText>
      {cancelled.map((purchase) => (
        <Receipt key={purchase.purchaseId} purchase={purchase} newest={false} />
      ))}
      {expired && mayJoin(view) && <TicketText>{t('expired.again')}</TicketText>}
      <RejoinButton view={view} queue={queue} />
    </Ticket>
  );
};
