'use client';

import type { CreateSale } from '@sunbeon/contracts';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { Dialog } from './dialog.tsx';
import {
  errorsOfService,
  hasField,
  isoOf,
  valueOf,
  type FieldErrors,
  type FieldName,
  type FieldRules,
  type FormValues,
} from './field-rules.ts';
import { SaleForm } from './sale-form.tsx';
import { useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

const emptyForm = (rules: FieldRules): FormValues =>
  Object.fromEntries(
    Object.entries(rules).map(([name, { initial }]) => [name, initial === undefined ? '' : String(initial)]),
  ) as FormValues;

const bodyOf = (rules: FieldRules, values: FormValues): CreateSale =>
  Object.fromEntries(
    (Object.keys(rules) as FieldName[])
      .filter((name) => hasField(values, name))
      .map((name) => [name, valueOf(rules[name], values[name])] as const)
      .filter(([, value]) => value !== null),
  ) as unknown as CreateSale;

/** A new sale: explains every setting, and requires a confirmation. */
export const CreateSalePage = () => {
  const { w, problem, moment } = useOperatorI18n();
  const { api, rules, check } = useSession();
  const router = useRouter();
  const initial = useMemo(() => emptyForm(rules), [rules]);
  const [asked, setAsked] = useState<FormValues | null>(null);
  const [further, setFurther] = useState<FieldErrors>({});
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const create = async (values: FormValues): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await api.create(bodyOf(rules, values));
    setBusy(false);
    if (answer.ok) return router.push(`/operator/sales/${answer.value.saleId}`);
    const { failure } = answer;
    check(failure);
    const atFields: FieldErrors =
      failure.code === 'sale_exists'
        ? { saleId: { key: 'problem.sale_exists' } }
        : failure.code === 'invalid_request'
          ? errorsOfService(failure.errors, Object.keys(rules) as FieldName[])
          : {};
    if (Object.keys(atFields).length === 0) return setError(problem(failure));
    setFurther(atFields);
    setAsked(null);
  };
  const body = asked && bodyOf(rules, asked);
  const opensAt = asked && isoOf(asked.opensAt);
  const lobbyOpensAt = asked && isoOf(asked.lobbyOpensAt);
  return (
    <>
      <SaleForm
        rules={rules}
        initial={initial}
        editing={false}
        title={w('form.create.title')}
        button={w('form.create.button')}
        back="/operator"
        further={further}
        onSubmit={(values) => {
          setFurther({});
          setError(null);
          setAsked(values);
        }}
      />
      {asked && body && (
        <Dialog
          title={w('form.confirm.create.title', { title: body.title })}
          yes={w('form.create.button')}
          busy={busy}
          error={error}
          onYes={() => void create(asked)}
          onNo={() => setAsked(null)}
        >
          <p>
            {opensAt && Date.parse(opensAt) > Date.now()
              ? w('form.confirm.create.later', { time: moment(opensAt) })
              : w('form.confirm.create.now', { pace: body.admitPerSecond ?? 0 })}{' '}
            {lobbyOpensAt && `${w('form.confirm.create.lobby', { time: moment(lobbyOpensAt) })} `}
            {body.stock === undefined
              ? w('form.confirm.create.gate', { shop: body.returnUrls?.join(', ') ?? '' })
              : w('form.confirm.create.stock', { stock: body.stock })}
          </p>
        </Dialog>
      )}
    </>
  );
};
