'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { rehearsalLimits } from '@sunbeon/contracts/rehearsals';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import type { OperatorFailure } from '../../../lib/operator-api.ts';
import { newKey } from '../../../lib/new-key.ts';
import { ConsoleButton } from '../controls.tsx';
import { Dialog } from '../dialog.tsx';
import type { FieldError } from '../field-rules.ts';
import { Field } from '../field.tsx';
import { useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { faultsOf, initialRehearsal, rehearsalFields, rehearsalOf, rehearsalRules, type RehearsalField } from './rehearsal-fields.ts';

/** Asks how many people there are and what they do, and opens the page of the copy. */
const RehearseDialog = ({ sale, onNo }: { sale: OperatorSale; onNo: () => void }) => {
  const { w, problem } = useOperatorI18n();
  const { api, check } = useSession();
  const router = useRouter();
  const [texts, setTexts] = useState(initialRehearsal);
  const [faults, setFaults] = useState<Partial<Record<RehearsalField, FieldError>>>({});
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const [busy, setBusy] = useState(false);
  // One intent, one key: a second click after a lost answer starts nothing twice. Other values are another intent.
  const [key, setKey] = useState(newKey);
  const form = useRef<HTMLDivElement>(null);
  const rules = rehearsalRules(texts);

  const submit = async (): Promise<void> => {
    const found = faultsOf(texts);
    setFaults(found);
    const first = rehearsalFields.find((name) => found[name]);
    if (first !== undefined) return form.current?.querySelector<HTMLElement>(`[data-testid="field-${first}"]`)?.focus();
    setBusy(true);
    setFailure(null);
    const answer = await api.rehearse(sale.saleId, rehearsalOf(texts), key);
    if (answer.ok) return router.push(`/operator/sales/${answer.value.saleId}`);
    setBusy(false);
    check(answer.failure);
    setFailure(answer.failure);
  };
  return (
    <Dialog
      title={w('rehearsal.title')}
      yes={w('rehearsal.yes')}
      busy={busy}
      error={failure && problem(failure)}
      onYes={() => void submit()}
      onNo={onNo}
    >
      <p>{w('rehearsal.body', { minutes: rehearsalLimits.readMs / 60_000 })}</p>
      <div ref={form} data-dialog-field="" className="grid gap-3 sm:grid-cols-2">
        {rehearsalFields.map((name) => (
          <Field
            key={name}
            name={name}
            rule={rules[name]}
            value={texts[name]}
            error={faults[name]}
            help={w(name === 'conversion' && sale.kind === 'gate' ? 'field.conversion.gate' : `field.${name}.help`)}
            disabled={busy || (name === 'conversion' && sale.kind === 'gate')}
            onChange={(next) => {
              setTexts({ ...texts, [name]: next });
              setKey(newKey());
              setFaults({ ...faults, [name]: undefined });
            }}
          />
        ))}
      </div>
    </Dialog>
  );
};

/** The button of a sale, and its dialog. */
export const Rehearse = ({ sale }: { sale: OperatorSale }) => {
  const { w } = useOperatorI18n();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <ConsoleButton onClick={() => setAsking(true)} data-testid="rehearse">
        {w('rehearsal.start')}
      </ConsoleButton>
      {isAsking && <RehearseDialog sale={sale} onNo={() => setAsking(false)} />}
    </>
  );
};
