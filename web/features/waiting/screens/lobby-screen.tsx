'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Countdown } from '../../../ui/countdown.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { NumberTicker } from '../../../ui/number-ticker.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { AlertSwitch } from '../alert-switch.tsx';
import { LeaveButton } from '../leave-button.tsx';
import { ProblemText } from '../problem-text.tsx';
import type { Alerts } from '../use-alerts.ts';
import type { TicketQueue } from '../use-ticket-queue.ts';
import type { KnownView, ViewOf } from '../view.ts';

/** Time until the sale opens. */
export const LobbyUntil = ({ view: { sale, clockOffsetMs } }: { view: KnownView }) => {
  const { t } = useLanguage();
  return (
    sale.opensAt !== undefined && (
      <Countdown label={t('lobby.until')} until={sale.opensAt} clockOffsetMs={clockOffsetMs} over={t('lobby.opening')} />
    )
  );
};

/** Folded away: what fixes the order before anybody knows it. */
const Proof = ({ draw }: { draw: NonNullable<KnownView['sale']['draw']> }) => {
  const { t } = useLanguage();
  return (
    <details data-testid="proof" className="text-[0.9375rem] leading-relaxed text-ink-soft">
      <summary className="min-h-8 cursor-pointer rounded font-semibold text-ink">{t('lobby.proof.title')}</summary>
      <div className="mt-2 flex flex-col gap-2">
        <p>{t('lobby.proof')}</p>
        {draw.beacon === 'drand' && <p>{t('lobby.proof.beacon')}</p>}
        <code data-testid="commitment" className="text-xs break-all text-ink">
          {draw.commitment}
        </code>
      </div>
    </details>
  );
};

/** In the lobby, also while the sale is paused: no number yet. */
export const LobbyScreen = ({ view, queue, alerts }: { view: ViewOf<'lobby'>; queue: TicketQueue; alerts: Alerts }) => {
  const { language, t } = useLanguage();
  const { status, lobby, draw } = view.sale;
  return (
    <Ticket
      title={t('lobby.title')}
      stub={
        <>
          <AlertSwitch alerts={alerts} question={t('alerts.title')} />
          <LeaveButton queue={queue} from="lobby" />
        </>
      }
    >
      {status === 'paused' ? <Notice tone="warn">{t('lobby.paused')}</Notice> : <LobbyUntil view={view} />}
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium text-ink-soft">{t('lobby.here')}</span>
        <span data-testid="lobby-count" className="text-4xl font-bold">
          <NumberTicker value={Math.max(1, lobby)} language={language} className="number-ticker-inline" />
        </span>
      </div>
      <TicketText>{t('lobby.chance')}</TicketText>
      <div className="flex flex-col gap-1">
        <h3 className="font-semibold">{t('lobby.next.title')}</h3>
        <TicketText>{t('lobby.next')}</TicketText>
      </div>
      {draw !== undefined && <Proof draw={draw} />}
      <ProblemText failure={queue.failure} />
    </Ticket>
  );
};
