'use client';

import { ConsoleButton, Panel } from '../controls.tsx';
import { shortOf } from '../orders/orders-view.ts';
import { useTicketsText } from '../orders/use-tickets-text.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import type { Recent } from './check-in-view.ts';
import { icons } from './result-card.tsx';

const looks: Record<Recent['kind'], string> = {
  ok: 'bg-accent-soft text-accent-strong',
  already: 'bg-warn-soft text-warn',
  cancelled: 'bg-danger-soft text-danger',
  not_found: 'bg-danger-soft text-danger',
};

/** What this device was answered, newest first. */
export const RecentList = ({ recent, onClear }: { recent: readonly Recent[]; onClear: () => void }) => {
  const { w, near } = useOperatorI18n();
  const tickets = useTicketsText();
  // Kept over a reload: yesterday's are among them.
  const now = new Date().toISOString();
  return (
    <Panel
      id="recent"
      title={w('checkIn.recent')}
      aside={
        recent.length > 0 && (
          <ConsoleButton look="text" className="px-2!" onClick={onClear} data-testid="recent-clear">
            {w('checkIn.recent.clear')}
          </ConsoleButton>
        )
      }
    >
      {recent.length === 0 ? (
        <p className="text-sm text-ink-soft">{w('checkIn.recent.none')}</p>
      ) : (
        <ol className="flex flex-col text-sm">
          {recent.map(({ kind, code, quantity, atMs }) => (
            <li key={`${atMs} ${code}`} data-testid="recent" data-kind={kind} className="flex items-center gap-3 border-t border-line py-2">
              <span aria-hidden="true" className={`flex size-7 shrink-0 items-center justify-center rounded-full font-bold ${looks[kind]}`}>
                {icons[kind]}
              </span>
              <span className="flex min-w-0 flex-1 flex-wrap gap-x-3">
                <span className="font-semibold">{w(`checkIn.${kind}`)}</span>
                {quantity !== undefined && <span>{tickets(quantity)}</span>}
                <span title={code} className="max-w-full truncate font-mono text-ink-soft">
                  {shortOf(code)}
                </span>
              </span>
              <span className="shrink-0 text-xs text-ink-soft tabular-nums">{near(new Date(atMs).toISOString(), now)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
};
