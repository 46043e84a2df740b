'use client';

import { useState } from 'react';
import { isConfirmedByShop } from '../../lib/sale-kind.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Sunrise } from '../../ui/sunrise.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { saleNumbersOf } from '../waiting/sale-numbers.ts';
import { LeaveButton } from '../waiting/leave-button.tsx';
import { ProblemText } from '../waiting/problem-text.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import { allHeld, type ViewOf } from '../waiting/view.ts';
import { QuantityField } from './quantity-field.tsx';
import { usePurchase } from './use-purchase.ts';

/** Rest of the time shown as urgent, seconds. */
const urgentSeconds = 30;

/** Inside, nothing chosen yet: buy at once, or set aside first. Where the shop takes the payment, setting aside is the only way. */
export const BuyScreen = ({ view, queue }: { view: ViewOf<'buying'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const { sale } = view;
  const { phase, action, failure, running, buy, setAside } = usePurchase({
    saleId: sale.saleId,
    onBought: queue.bought,
    onHeld: queue.held,
    onReleased: queue.released,
    onRefused: () => void queue.refresh(),
  });
  const [chosen, setChosen] = useState(1);
  const largest = saleNumbersOf(view).largestQuantity;
  const quantity = Math.max(1, Math.min(chosen, largest));
  const byShop = isConfirmedByShop(sale);
  const blocked = running || queue.busy !== null || (largest === 0 && phase !== 'unknown');
  return (
    <div data-testid="admitted">
      <Ticket title={t('buying.title')} banner={<Sunrise />} stub={<LeaveButton queue={queue} from="inside" />}>
        <Countdown
          label={t('buying.remaining')}
          until={view.admittedUntil}
          clockOffsetMs={view.clockOffsetMs}
          over={t('buying.over')}
          urgentSeconds={urgentSeconds}
        />
        <TicketText>{t(byShop ? 'buying.body.shop' : 'buying.body')}</TicketText>
        <QuantityField value={quantity} largest={largest} disabled={running} onChange={setChosen} />
        {view.holdIsOver && (
          <Notice tone="warn" role="status">
            {t('hold.over')}
          </Notice>
        )}
        {sale.status === 'closed' && <Notice tone="warn">{t('buying.closed')}</Notice>}
        {allHeld(sale) && <Notice tone="warn">{t('held.notice')}</Notice>}
        {phase === 'retrying' && <Notice role="status">{t('buying.retrying')}</Notice>}
        <ProblemText failure={failure ?? queue.failure} />
        <div className="flex flex-col gap-2">
          {!byShop && (
            <>
              <Button
                onClick={() => void buy(quantity)}
                disabled={blocked}
                aria-busy={running && action === 'buy'}
                data-testid="buy-button"
                className="min-h-14 text-lg"
              >
                {running && action === 'buy'
                  ? t('buying.busy')
                  : phase === 'unknown' && action === 'buy'
                    ? t('buying.retry')
                    : t('buying.button', { count: quantity })}
              </Button>
              <p className="text-sm leading-relaxed text-ink-soft">{t('buying.final')}</p>
            </>
          )}
          <Button
            look={byShop ? 'primary' : 'quiet'}
            onClick={() => void setAside(quantity)}
            disabled={blocked}
            aria-busy={running && action === 'hold'}
            data-testid="hold-button"
            className={byShop ? 'min-h-14 text-lg' : ''}
          >
            {running && action === 'hold' ? t('hold.busy') : byShop ? t('hold.button.shop', { count: quantity }) : t('hold.button')}
          </Button>
          <p className="text-sm leading-relaxed text-ink-soft">{t(byShop ? 'hold.hint.shop' : 'hold.hint')}</p>
        </div>
      </Ticket>
    </div>
  );
};
