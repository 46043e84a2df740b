'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useId, useRef, useState } from 'react';
import { newKey } from '../../../lib/new-key.ts';
import { sellsHere } from '../../../lib/sale-kind.ts';
import { Dialog } from '../dialog.tsx';
import { Field } from '../field.tsx';
import { isoOf, numberOf } from '../field-rules.ts';
import { useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { WarningsList } from '../warnings-list.tsx';
import { clockWarnings, stockWarnings } from '../warnings.ts';
import { noPlan, planFaults, planFields, planOf, planRules, type PlanFaults, type PlanField, type PlanValues } from './plan-values.ts';

/** Plans one change: when, and what of the pace, the limit, the message and the status. */
export const PlanDialog = ({ sale, onDone }: { sale: OperatorSale; onDone: () => void }) => {
  const { w, problem, moment, zone } = useOperatorI18n();
  const { api, check, rules: rulesOfSale } = useSession();
  const rules = planRules(rulesOfSale);
  const [values, setValues] = useState<PlanValues>(noPlan);
  const [faults, setFaults] = useState<PlanFaults>({});
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // One intent, one key: a second click after a lost answer plans nothing twice. Other values are another intent.
  const [key, setKey] = useState(newKey);
  const body = useRef<HTMLDivElement>(null);
  const id = useId();
  const change = (next: Partial<PlanValues>): void => {
    setValues((before) => ({ ...before, ...next }));
    setFaults((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in next))));
    setError(null);
    setKey(newKey());
  };
  const refuse = (found: PlanFaults): void => {
    setFaults(found);
    const first = planFields.find((name) => found[name]);
    body.current?.querySelector<HTMLElement>(`[data-testid="field-${first}"]`)?.focus();
  };
  const submit = async (): Promise<void> => {
    const found = planFaults(rules, values);
    if (Object.keys(found).length > 0) return refuse(found);
    const wanted = planOf(rules, values);
    if (wanted === null) return setError(w('planned.nothing'));
    setBusy(true);
    setError(null);
    const answer = await api.plan(sale.saleId, wanted, key);
    setBusy(false);
    if (answer.ok) return onDone();
    check(answer.failure);
    if (answer.failure.code === 'invalid_request' && answer.failure.errors?.some(({ path }) => path === '/at'))
      return refuse({ at: { key: 'planned.past' } });
    setError(problem(answer.failure));
  };
  const iso = isoOf(values.at);
  const pace = numberOf(values.admitPerSecond);
  const warnings = [...clockWarnings('at', values.at, zone), ...(sellsHere(sale) && pace > 0 ? stockWarnings(sale.stock.total, pace) : [])];
  const fieldOf = (name: PlanField) => (
    <Field
      name={name}
      rule={rules[name]}
      value={values[name]}
      error={faults[name]}
      help={name === 'at' && iso !== null ? moment(iso, sale.timeZone) : w(`planned.help.${name}`)}
      disabled={name === 'message' && values.isClearing}
      onChange={(text) => change({ [name]: text })}
    />
  );
  return (
    <Dialog title={w('planned.add.title')} yes={w('planned.add.yes')} busy={busy} error={error} onYes={() => void submit()} onNo={onDone}>
      <div ref={body} className="flex flex-col gap-4">
        <div data-dialog-field="">{fieldOf('at')}</div>
        {fieldOf('status')}
        <div className="grid gap-4 sm:grid-cols-2">
          {fieldOf('admitPerSecond')}
          {fieldOf('activeLimit')}
        </div>
        {fieldOf('message')}
        <label htmlFor={`${id}-clear`} className="flex min-h-10 items-center gap-2">
          <input
            id={`${id}-clear`}
            type="checkbox"
            data-testid="plan-clear"
            className="size-5"
            checked={values.isClearing}
            onChange={(event) => change({ isClearing: event.target.checked })}
          />
          {w('planned.clear')}
        </label>
        {values.status === 'closed' && <p className="rounded-lg bg-sunken px-3 py-2">{w('planned.closes')}</p>}
        <WarningsList warnings={warnings} />
      </div>
    </Dialog>
  );
};
