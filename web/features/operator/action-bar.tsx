'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useState } from 'react';
import { ActionDialog } from './action-dialog.tsx';
import { actionsOf, roleOf, type ActionName } from './actions.ts';
import { ConsoleButton, type ConsoleButtonLook } from './controls.tsx';
import { useMay } from './session.tsx';
import type { Act } from './use-sale.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const looks: Partial<Record<ActionName, ConsoleButtonLook>> = { open: 'primary', resume: 'primary', close: 'danger' };

/** Actions allowed in the sale's status and to the operator's role; each requires a confirmation. */
export const ActionBar = ({ sale, act }: { sale: OperatorSale; act: Act }) => {
  const { w } = useOperatorI18n();
  const may = useMay();
  const [asked, setAsked] = useState<ActionName | null>(null);
  return (
    <div role="group" aria-label={w('sale.actions')} tabIndex={-1} data-actions="" className="flex flex-wrap gap-2">
      {actionsOf(sale)
        .filter((name) => may(roleOf(name)))
        .map((name) => (
          <ConsoleButton key={name} look={looks[name] ?? 'quiet'} data-testid={`act-${name}`} onClick={() => setAsked(name)}>
            {w(`act.${name}`)}
          </ConsoleButton>
        ))}
      {asked !== null && <ActionDialog key={asked} name={asked} sale={sale} act={act} onDone={() => setAsked(null)} />}
    </div>
  );
};
