'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { Notice } from '../../ui/notice.tsx';
import { Dialog } from './dialog.tsx';
import { errorsOfService, ownLocale, textOf, type FieldErrors, type FieldName, type FieldRules, type FormValues } from './field-rules.ts';
import { SaleForm } from './sale-form.tsx';
import { bodyOf, copyOf, isAsSent } from './sale-values.ts';
import { useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import { WarningsList } from './warnings-list.tsx';
import { warningsOf } from './warnings.ts';

/** The zone is that of the operator. */
const emptyForm = (rules: FieldRules): FormValues => ({
  ...(Object.fromEntries(
    Object.entries(rules).map(([name, { initial }]) => [
      name,
      initial === undefined ? '' : typeof initial === 'number' ? textOf(initial) : initial,
    ]),
  ) as FormValues),
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
});

/** Whether the service may have done what it gave no answer about. */
const isUnanswered = ({ code, status }: OperatorFailure): boolean => code === 'network' || status >= 500;

/** A new sale: explains every setting, and requires a confirmation. `like`: the sale whose settings it begins with. */
const CreateSaleForm = ({ like }: { like: OperatorSale | null }) => {
  const { w, problem, moment, zone } = useOperatorI18n();
  const { api, rules, check } = useSession();
  const router = useRouter();
  const [initial] = useState(() => (like === null ? emptyForm(rules) : copyOf(like, emptyForm(rules), api.nowMs())));
  const [asked, setAsked] = useState<FormValues | null>(null);
  const [further, setFurther] = useState<FieldErrors>({});
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // Ids of attempts that had no answer: one of these that exists already may be the sale of this form.
  const unanswered = useRef(new Set<string>());

  const create = async (values: FormValues): Promise<void> => {
    setBusy(true);
    setError(null);
    const sent = bodyOf(rules, values);
    const answer = await api.create(sent);
    if (answer.ok) return router.push(`/operator/sales/${answer.value.saleId}`);
    let { failure } = answer;
    if (isUnanswered(failure)) unanswered.current.add(sent.saleId);
    if (failure.code === 'sale_exists' && unanswered.current.has(sent.saleId)) {
      const found = await api.sale(sent.saleId);
      if (found.ok && isAsSent(rules, sent, found.value)) return router.push(`/operator/sales/${sent.saleId}?created=before`);
      if (!found.ok) ({ failure } = found);
    }
    setBusy(false);
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
  const nowMs = api.nowMs();
  const { opensAt, lobbyOpensAt } = body ?? {};
  return (
    <>
      <SaleForm
        rules={rules}
        initial={initial}
        editing={false}
        title={like === null ? w('form.create.title') : w('duplicate.title', { title: like.title })}
        button={w('form.create.button')}
        back={like === null ? '/operator' : `/operator/sales/${like.saleId}`}
        further={further}
        onSubmit={(values) => {
          setFurther({});
          setError(null);
          setAsked(values);
        }}
      >
        {like !== null && <Notice>{w('duplicate.note')}</Notice>}
      </SaleForm>
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
            {body.draft === true
              ? w('form.confirm.create.draft')
              : opensAt && Date.parse(opensAt) > nowMs
                ? w('form.confirm.create.later', { time: moment(opensAt, body.timeZone) })
                : w('form.confirm.create.now', { pace: body.admitPerSecond ?? 0 })}{' '}
            {lobbyOpensAt && `${w('form.confirm.create.lobby', { time: moment(lobbyOpensAt, body.timeZone) })} `}
            {body.stock === undefined
              ? w('form.confirm.create.gate', { shop: body.returnUrls?.join(', ') ?? '' })
              : w('form.confirm.create.stock', { stock: body.stock })}
          </p>
          <WarningsList warnings={warningsOf(asked, { zone, locale: ownLocale(), nowMs, changed: () => true })} />
        </Dialog>
      )}
    </>
  );
};

/** `from`: the sale whose settings are copied, not its people. */
export const CreateSalePage = ({ from }: { from?: string }) => {
  const { w, problem } = useOperatorI18n();
  const { api, check } = useSession();
  const [like, setLike] = useState<OperatorSale | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  useEffect(() => {
    if (from === undefined) return;
    let isGone = false;
    void api.sale(from).then((answer) => {
      if (isGone) return;
      if (answer.ok) return setLike(answer.value);
      check(answer.failure);
      setFailure(answer.failure);
    });
    return () => {
      isGone = true;
    };
  }, [api, check, from]);
  if (from === undefined || like !== null) return <CreateSaleForm like={like} />;
  return failure === null ? (
    <p className="text-ink-soft">{w('fresh.loading')}</p>
  ) : (
    <Notice tone="danger" role="alert">
      {problem(failure)}
    </Notice>
  );
};
