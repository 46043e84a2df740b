'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useState } from 'react';
import { ActionDialog } from './action-dialog.tsx';
import { actionsOf, type ActionName } from './actions.ts';
import { Tool, type ToolLook } from './controls.tsx';
import type { Act } from './use-sale.ts';
import { useWords } from './use-words.ts';

const looks: Partial<Record<ActionName, ToolLook>> = { open: 'primary', resume: 'primary', close: 'danger' };

/** What can be done to the sale as it stands; each is asked again before it is done. */
export const ActionBar = ({ sale, act }: { sale: OperatorSale; act: Act }) => {
  const { w } = useWords();
  const [asked, setAsked] = useState<ActionName | null>(null);
  return (
    <div role="group" aria-label={w('sale.actions')} tabIndex={-1} data-actions="" className="flex flex-wrap gap-2">
      {actionsOf(sale).map((name) => (
        <Tool key={name} look={looks[name] ?? 'quiet'} data-testid={`act-${name}`} onClick={() => setAsked(name)}>
          {w(`act.${name}`)}
        </Tool>
      ))}
      {asked !== null && <ActionDialog key={asked} name={asked} sale={sale} act={act} onDone={() => setAsked(null)} />}
    </div>
  );
};
