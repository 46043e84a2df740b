'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { NumberTicker } from '../../../ui/number-ticker.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { saleNumbersOf } from '../sale-numbers.ts';
import { ProblemText } from '../problem-text.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { allHeld, type ViewOf } from '../view.ts';

export const JoinScreen = ({ view, queue }: { view: ViewOf<'join'>; queue: TicketQueue }) => {
  const { language, t } = useLanguage();
  return (
    <Ticket title={t('join.title')} stub={<TicketText>{t('join.body')}</TicketText>}>
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium text-ink-soft">{t('join.waiting')}</span>
        <span className="text-4xl font-bold">
          <NumberTicker value={saleNumbersOf(view).waiting ?? 0} language={language} className="number-ticker-inline" />
        </span>
      </div>
      {view.placeLost && (
        <Notice tone="warn" role="status">
          {t('join.lost')}
        </Notice>
      )}
      {view.sale.status === 'paused' && <Notice tone="warn">{t('join.paused')}</Notice>}
      {allHeld(view.sale) && <Notice tone="warn">{t('held.notice')}</Notice>}
      <ProblemText failure={queue.failure} />
      <Button onClick={queue.join} disabled={queue.busy !== null} data-testid="join-button" className="min-h-14 text-lg">
        {queue.busy === 'join' ? t('join.busy') : t('join.button')}
      </Button>
    </Ticket>
  );
};
