'use client';

import type { OperatorSale, PlannedChange } from '@sunbeon/contracts';
import { limits } from '@sunbeon/contracts/limits';
import { useState } from 'react';
import { ConsoleButton, Panel } from '../controls.tsx';
import { ReadNote } from '../read-note.tsx';
import { useMay } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { PlanDialog } from './plan-dialog.tsx';
import { ChangeList } from './planned-detail.tsx';
import { UnplanDialog } from './unplan-dialog.tsx';
import { usePlanned } from './use-planned.ts';

interface PlannedListProps {
  sale: OperatorSale;
  /** Grows with what this page did to the plan. */
  changes: number;
  onAsk: (asked: 'plan' | PlannedChange) => void;
}
const PlannedList = ({ sale, changes, onAsk }: PlannedListProps) => {
  const { w, moment } = useOperatorI18n();
  const mayPlan = useMay()('operator');
  const { value, readAtMs, failure } = usePlanned(sale.saleId, sale.version + changes);
  const planned = value?.planned ?? [];
  const isFull = planned.length >= limits.plannedChanges;
  return (
    <Panel
      id="planned"
      title={w('planned.title')}
      aside={
        mayPlan && (
          <ConsoleButton onClick={() => onAsk('plan')} disabled={isFull} data-testid="plan">
            {w('planned.add')}
          </ConsoleButton>
        )
      }
    >
      <ReadNote readAtMs={readAtMs} failure={failure} />
      {value !== null && planned.length === 0 && <p className="text-sm text-ink-soft">{w('planned.none')}</p>}
      {planned.length > 0 && (
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
                  <ConsoleButton look="text" onClick={() => onAsk(one)} aria-label={w('planned.back.of', { time })}>
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
    </Panel>
  );
};

/** What is planned for a sale: the list, one more, one less. Of a closed sale nothing is left, but a dialog that is open says how it ended. */
export const PlannedPanel = ({ sale }: { sale: OperatorSale }) => {
  const [asked, setAsked] = useState<'plan' | PlannedChange | null>(null);
  const [changes, setChanges] = useState(0);
  const done = (): void => {
    setAsked(null);
    setChanges(changes + 1);
  };
  return (
    <>
      {sale.status !== 'closed' && <PlannedList sale={sale} changes={changes} onAsk={setAsked} />}
      {asked === 'plan' && <PlanDialog sale={sale} onDone={done} />}
      {asked !== null && asked !== 'plan' && <UnplanDialog sale={sale} planned={asked} onDone={done} />}
    </>
  );
};
