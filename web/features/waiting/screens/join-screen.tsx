'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { NumberTicker } from '../../../ui/number-ticker.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { EntranceFields, failureBeside, mustSignIn } from '../../entrance/entrance-fields.tsx';
import { joinFormId } from '../../plain/form-ids.ts';
import { JoinForm, needsScript } from '../../plain/join-form.tsx';
import { saleNumbersOf } from '../sale-numbers.ts';
import { ProblemText } from '../problem-text.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { allHeld, type ViewOf } from '../view.ts';
import { LobbyUntil } from './lobby-screen.tsx';

/** Takes a place: in the line, or in the lobby while that is open. */
export const JoinScreen = ({ view, queue }: { view: ViewOf<'join' | 'lobby_open'>; queue: TicketQueue }) => {
  const { language, t } = useLanguage();
  const early = view.state === 'lobby_open';
  const drawn = early && view.sale.draw !== undefined;
  return (
    <Ticket title={t(`${view.state}.title`)} stub={<TicketText>{t(drawn ? 'lobby.next' : 'join.body')}</TicketText>}>
      {early && <LobbyUntil view={view} />}
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium text-ink-soft">{t(drawn ? 'lobby.here' : 'join.waiting')}</span>
        <span className="text-4xl font-bold">
          <NumberTicker value={saleNumbersOf(view).waiting ?? 0} language={language} className="number-ticker-inline" />
        </span>
      </div>
      {early && <TicketText>{t(drawn ? 'lobby.chance' : 'lobby_open.arrival')}</TicketText>}
      {view.placeLost && (
        <Notice tone="warn" role="status">
          {t('join.lost')}
        </Notice>
      )}
      {view.sale.status === 'drawing' && <Notice>{t('join.drawing')}</Notice>}
      {view.sale.status === 'paused' && <Notice tone="warn">{t('join.paused')}</Notice>}
      {allHeld(view.sale) && <Notice tone="warn">{t('held.notice')}</Notice>}
      <EntranceFields form={joinFormId} sale={view.sale} entrance={queue.entrance} failure={queue.failure} disabled={queue.busy !== null} />
      <ProblemText failure={failureBeside(view.sale, queue.failure)} />
      {!mustSignIn(view.sale, queue.entrance, queue.failure) && (
        <Button
          type="submit"
          form={joinFormId}
          disabled={queue.busy !== null || (!queue.ready && needsScript(view.sale))}
          data-testid="join-button"
          className="min-h-14 text-lg"
        >
          {t(`${drawn ? 'lobby_open' : 'join'}.${queue.busy === 'join' ? 'busy' : 'button'}`)}
        </Button>
      )}
      <JoinForm id={joinFormId} saleId={view.sale.saleId} intent={queue.intent} onSubmit={queue.join} />
    </Ticket>
  );
};
