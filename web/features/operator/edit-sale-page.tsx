'use client';

import type { ChangeSale, OperatorSale } from '@sunbeon/contracts';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { Notice } from '../../ui/notice.tsx';
import { ConflictNote, readConflict, type Conflict } from './conflict.tsx';
import { Dialog } from './dialog.tsx';
import {
  errorsOfService,
  hasField,
  ownLocale,
  valueOf,
  type FieldErrors,
  type FieldName,
  type FieldRules,
  type FormValues,
} from './field-rules.ts';
import { choiceKeyOf } from './field.tsx';
import { mergedValues, SaleForm } from './sale-form.tsx';
import { formOf } from './sale-values.ts';
import { useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import { WarningsList } from './warnings-list.tsx';
import { warningsOf } from './warnings.ts';

/** Only the changed settings. */
const changeOf = (rules: FieldRules, before: FormValues, after: FormValues): ChangeSale =>
  Object.fromEntries(
    (Object.keys(rules) as FieldName[])
      .filter((name) => hasField(after, name) && before[name].trim() !== after[name].trim())
      .map((name) => [name, valueOf(rules[name], after[name])]),
  );

/** Edits a sale as it was when the page opened; a concurrent change is never overwritten. */
export const EditSalePage = ({ saleId }: { saleId: string }) => {
  const { w, problem, zone } = useOperatorI18n();
  const { api, rules, check } = useSession();
  const router = useRouter();
  const [sale, setSale] = useState<OperatorSale | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const [asked, setAsked] = useState<FormValues | null>(null);
  const [further, setFurther] = useState<FieldErrors>({});
  const [notice, setNotice] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const load = useCallback(async (): Promise<void> => {
    const answer = await api.sale(saleId);
    if (answer.ok) return setSale(answer.value);
    check(answer.failure);
    setFailure(answer.failure);
  }, [api, check, saleId]);
  // Once: what is typed is for the sale that the operator saw, also after a sign-in in between.
  const isLoaded = sale !== null;
  useEffect(() => {
    if (!isLoaded) void load();
  }, [isLoaded, load]);
  const before = useMemo(() => (sale === null ? null : formOf(sale)), [sale]);

  if (sale === null || before === null)
    return failure === null ? (
      <p className="text-ink-soft">{w('fresh.loading')}</p>
    ) : (
      <Notice tone="danger" role="alert">
        {problem(failure)}
      </Notice>
    );
  const shownOf = (name: FieldName, text: string): string =>
    text.trim() === ''
      ? '–'
      : rules[name].kind === 'choice'
        ? w(choiceKeyOf(name, text))
        : text
            .trim()
            .split(/\s*\n\s*/)
            .join(', ');
  const save = async (values: FormValues): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await api.change(saleId, sale.version, changeOf(rules, before, values));
    setBusy(false);
    if (answer.ok) return router.push(`/operator/sales/${saleId}`);
    const { failure: refused } = answer;
    check(refused);
    const atFields = refused.code === 'invalid_request' ? errorsOfService(refused.errors, Object.keys(rules) as FieldName[]) : {};
    if (Object.keys(atFields).length > 0) {
      setFurther(atFields);
      return setAsked(null);
    }
    setError(problem(refused));
    const found = refused.code === 'version_conflict' ? await readConflict(api, sale) : null;
    if (found === null) return;
    // What was typed stays, over the new values of everything else; what is asked again is what it changes now.
    const typed = mergedValues(before, formOf(found.sale), values);
    setSale(found.sale);
    setConflict(found);
    if (Object.keys(changeOf(rules, formOf(found.sale), typed)).length > 0) return setAsked(typed);
    setAsked(null);
    setNotice(w('form.unchanged'));
  };
  return (
    <>
      <SaleForm
        rules={rules}
        initial={before}
        editing
        lobbyFixed={sale.lobbyOpensAt !== undefined && sale.status !== 'scheduled'}
        title={w('form.edit.title')}
        button={w('form.edit.button')}
        back={`/operator/sales/${saleId}`}
        further={further}
        onSubmit={(values) => {
          setError(null);
          setConflict(null);
          setFurther({});
          const isChanged = Object.keys(changeOf(rules, before, values)).length > 0;
          setNotice(isChanged ? null : w('form.unchanged'));
          if (isChanged) setAsked(values);
        }}
      >
        {notice !== null && (
          <Notice tone="warn" role="alert">
            {notice}
          </Notice>
        )}
      </SaleForm>
      {asked && (
        <Dialog
          title={w('form.confirm.edit.title')}
          yes={w('form.edit.button')}
          busy={busy}
          error={error}
          onYes={() => void save(asked)}
          onNo={() => setAsked(null)}
        >
          {conflict !== null && <ConflictNote {...conflict} />}
          <p>{w('form.confirm.edit.body')}</p>
          <ul className="flex flex-col gap-1 rounded-lg bg-sunken px-3 py-2">
            {(Object.keys(changeOf(rules, before, asked)) as FieldName[]).map((name) => (
              <li key={name}>
                {w('form.confirm.change', {
                  field: w(`field.${name}`),
                  before: shownOf(name, before[name]),
                  after: shownOf(name, asked[name]),
                })}
              </li>
            ))}
          </ul>
          <WarningsList
            warnings={warningsOf(asked, {
              zone,
              locale: ownLocale(),
              nowMs: api.nowMs(),
              changed: (name) => name in changeOf(rules, before, asked),
            })}
          />
        </Dialog>
      )}
    </>
  );
};
