'use client';

import { useEffect, useRef, type ReactNode } from 'react';
import { momentText } from '../../../lib/i18n/format.ts';
import { ConsoleButton } from '../controls.tsx';
import { useTicketsText } from '../orders/use-tickets-text.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import type { CheckInView, Result } from './check-in-view.ts';

export const icons: Record<Result['kind'], string> = {
  ok: '✓',
  already: '!',
  cancelled: '✕',
  not_found: '?',
  several: '≡',
  unreadable: '?',
  lost: '↻',
  refused: '✕',
};
/** Strong colours, seen from an arm's length; each has its own sign and words besides. */
const looks: Record<Result['kind'] | 'none', string> = {
  ok: 'bg-accent text-on-accent border-transparent',
  already: 'bg-warn text-paper border-transparent',
  cancelled: 'bg-danger text-paper border-transparent',
  not_found: 'bg-danger text-paper border-transparent',
  refused: 'bg-danger text-paper border-transparent',
  lost: 'bg-warn-soft text-warn border-warn',
  several: 'bg-accent-soft text-accent-strong border-accent',
  unreadable: 'bg-sunken text-ink border-line',
  none: 'bg-paper text-ink-soft border-line',
};

const Facts = ({ result }: { result: Result }) => {
  const { w, language, problem } = useOperatorI18n();
  const tickets = useTicketsText();
  const time = result.at === undefined ? '' : momentText(language, result.at);
  const lines: ReactNode[] = [];
  if (result.quantity !== undefined)
    lines.push(
      <b key="tickets" className="text-2xl font-bold" data-testid="check-in-tickets">
        {tickets(result.quantity)}
      </b>,
    );
  const text = ((): string => {
    switch (result.kind) {
      case 'ok':
        return '';
      case 'already':
        return time === '' ? '' : w('checkIn.already.body', { time });
      case 'cancelled':
        return w('checkIn.cancelled.body') + (time === '' ? '' : ` ${w('checkIn.cancelled.at', { time })}`);
      case 'not_found':
        return w('checkIn.not_found.body', { code: result.text });
      case 'several':
      case 'unreadable':
      case 'lost':
        return w(`checkIn.${result.kind}.body`);
      case 'refused':
        return result.failure === undefined ? '' : problem(result.failure);
    }
  })();
  return (
    <>
      {lines}
      {text !== '' && <span className="text-base leading-snug">{text}</span>}
      {result.purchaseId !== undefined && result.kind !== 'not_found' && (
        <span className="font-mono text-sm break-all">
          {result.purchaseId}
          {result.reference !== undefined && ` · ${result.reference}`}
        </span>
      )}
    </>
  );
};

/** The answer for the person at the door: colour, sign and words, announced at once. */
export const ResultCard = ({ view, onAgain }: { view: CheckInView; onAgain: (text: string) => void }) => {
  const { w } = useOperatorI18n();
  const tickets = useTicketsText();
  const { phase, result, turn } = view;
  const card = useRef<HTMLDivElement>(null);
  const kind = result?.kind;
  useEffect(() => {
    if (kind === undefined) return;
    card.current?.scrollIntoView({ block: 'nearest' });
    // Felt in the hand where a phone can: once for yes, three times for anything else.
    (navigator as Partial<Navigator>).vibrate?.(kind === 'ok' ? 80 : [80, 60, 80, 60, 80]);
  }, [kind, turn]);
  const title =
    phase === 'asking'
      ? w('checkIn.busy')
      : phase === 'again'
        ? w('checkIn.again.busy')
        : w(result === null ? 'checkIn.ready' : `checkIn.${result.kind}`);
  return (
    <div
      ref={card}
      data-testid="check-in-result"
      data-kind={phase === 'idle' ? (kind ?? 'none') : phase}
      className={`flex min-h-36 flex-col justify-center gap-3 rounded-2xl border-2 px-5 py-4 ${looks[(phase === 'idle' && kind) || 'none']}`}
    >
      <div role="alert" aria-atomic="true">
        {/* Another turn is another element: the same words twice are announced twice. */}
        <div key={`${turn} ${phase}`} className="flex items-start gap-4">
          {phase === 'idle' && result !== null && (
            <span aria-hidden="true" className="w-10 shrink-0 text-center text-5xl leading-none font-bold">
              {icons[result.kind]}
            </span>
          )}
          <div className="flex min-w-0 flex-col gap-1">
            <span className="text-2xl leading-tight font-bold sm:text-3xl" data-testid="check-in-words">
              {title}
            </span>
            {phase === 'idle' && result === null && <span className="text-base leading-snug">{w('checkIn.ready.body')}</span>}
            {phase === 'again' && <span className="text-base leading-snug">{w('checkIn.again.body')}</span>}
            {phase === 'idle' && result !== null && <Facts result={result} />}
          </div>
        </div>
      </div>
      {phase === 'idle' && result?.kind === 'several' && (
        <ul className="flex flex-col gap-2">
          {(result.choices ?? []).map((order) => (
            <li key={order.purchaseId}>
              <ConsoleButton
                className="w-full justify-start! font-mono whitespace-normal!"
                onClick={() => onAgain(order.purchaseId)}
                data-testid="check-in-choice"
              >
                <span className="break-all">{order.purchaseId}</span>
                <span className="shrink-0 font-sans">{tickets(order.quantity)}</span>
              </ConsoleButton>
            </li>
          ))}
        </ul>
      )}
      {phase === 'idle' && result?.kind === 'lost' && (
        <ConsoleButton className="min-h-12! w-full" onClick={() => onAgain(result.text)} data-testid="check-in-again">
          {w('checkIn.retry')}
        </ConsoleButton>
      )}
    </div>
  );
};
