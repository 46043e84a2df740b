'use client';

import type { OperatorSale, PlannedChange } from '@sunbeon/contracts';
import { limits } from '@sunbeon/contracts/limits';
import { useState } from 'react';
import { ConsoleButton, Panel } from '../controls.tsx';
import { Dialog } from '../dialog.tsx';
import { useMay, useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { PlanDialog } from './plan-dialog.tsx';
import { ChangeList } from './planned-detail.tsx';
import { usePlanned } from './use-planned.ts';

interface UnplanProps {
  sale: OperatorSale;
  planned: PlannedChange;
  onDone: () => void;
}
const UnplanDialog = ({ sale: { saleId, timeZone }, planned: { plannedId, at, change }, onDone }: UnplanProps) => {
  const { w, problem, moment } = useOperatorI18n();
  const { api, check } = useSession();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const takeBack = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await api.unplan(saleId, plannedId);
    setBusy(false);
    // Gone already: an answer was lost, another operator was first, or it was made.
    if (answer.ok || answer.failure.code === 'planned_not_found') return onDone();
    check(answer.failure);
    setError(problem(answer.failure));
  };
  return (
    <Dialog
      title={w('planned.back.title')}
      yes={w('planned.back')}
      no={w('planned.back.no')}
      look="danger"
      busy={busy}
      error={error}
      onYes={() => void takeBack()}
      onNo={onDone}
    >
      <p>{moment(at, timeZone)}</p>
      <ChangeList change={change} />
    </Dialog>
  );
};

/** What is planned for a sale: the list, one more, one less. */
export const PlannedPanel = ({ sale }: { sale: OperatorSale }) => {
  const { w, moment } = useOperatorI18n();
  const mayPlan = useMay()('operator');
  const { planned, lookNow } = usePlanned(sale.saleId, sale.version);
  const [asked, setAsked] = useState<'plan' | PlannedChange | null>(null);
  const done = (): void => {
    setAsked(null);
    lookNow();
  };
  const isFull = (planned?.length ?? 0) >= limits.plannedChanges;
  return (
    <Panel
      id="planned"
      title={w('planned.title')}
      aside={
        mayPlan && (
          <ConsoleButton onClick={() => setAsked('plan')} disabled={isFull} data-testid="plan">
            {w('planned.add')}
          </ConsoleButton>
        )
      }
    >
      {planned !== null && planned.length === 0 && <p className="text-sm text-ink-soft">{w('planned.none')}</p>}
      {planned !== null && planned.length > 0 && (
        <ul className="max-h-96 overflow-auto text-sm" tabIndex={0} aria-labelledby="planned">
          {planned.map((one) => {
            const time = moment(one.at, sale.timeZone);
            return (
              <li
                key={one.plannedId}
                data-testid="planned-change"
                className="flex flex-wrap items-start gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-t-0"
              >
                <div className="flex min-w-0 flex-1 basis-56 flex-col gap-0.5">
                  <time dateTime={one.at} className="font-semibold">
                    {time}
                  </time>
                  <ChangeList change={one.change} />
                  <p className="text-xs text-ink-soft">{w('planned.by', { name: one.operator })}</p>
                </div>
                {mayPlan && (
                  <ConsoleButton look="text" onClick={() => setAsked(one)} aria-label={w('planned.back.of', { time })}>
                    {w('planned.back')}
                  </ConsoleButton>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {isFull && <p className="mt-2 text-sm text-ink-soft">{w('planned.full', { max: limits.plannedChanges })}</p>}
      <p className="mt-2 text-xs text-ink-soft">{w('planned.note')}</p>
      {asked === 'plan' && <PlanDialog sale={sale} onDone={done} />}
      {asked !== null && asked !== 'plan' && <UnplanDialog sale={sale} planned={asked} onDone={done} />}
    </Panel>
  );
};
