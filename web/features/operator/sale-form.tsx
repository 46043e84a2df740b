'use client';

import { useRef, useState, type ReactNode } from 'react';
import { ConsoleButton, ToolLink } from './controls.tsx';
import {
  checkField,
  checkForm,
  hasField,
  rulesFor,
  type FieldErrors,
  type FieldName,
  type FieldRules,
  type FormValues,
} from './field-rules.ts';
import { Field } from './field.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

interface SaleFormProps {
  rules: FieldRules;
  initial: FormValues;
  /** Editing: `saleId`, `stock` and `kind` can't be changed. */
  editing: boolean;
  /** The lobby was opened: its settings are fixed. */
  lobbyFixed?: boolean;
  title: string;
  button: string;
  /** Target of Cancel. */
  back: string;
  /** Faults reported by the service. */
  further: FieldErrors;
  onSubmit: (values: FormValues) => void;
  children?: ReactNode;
}

const groups: readonly {
  title: 'what' | 'shop' | 'pace' | 'times' | 'when' | 'lobby' | 'entrance' | 'message';
  names: readonly FieldName[];
}[] = [
  { title: 'what', names: ['kind', 'title', 'saleId', 'stock', 'perVisitorLimit'] },
  { title: 'shop', names: ['returnUrls', 'confirmBy', 'maxExtensions'] },
  { title: 'pace', names: ['admitPerSecond', 'activeLimit'] },
  { title: 'times', names: ['claimSeconds', 'sessionSeconds', 'holdSeconds'] },
  { title: 'when', names: ['draft', 'opensAt', 'closesAt', 'timeZone'] },
  { title: 'lobby', names: ['lobbyOpensAt', 'lobbyOrder', 'drawBeacon'] },
  { title: 'entrance', names: ['proofOfWork', 'proofOfWorkSeconds', 'access', 'identity', 'members'] },
  { title: 'message', names: ['message'] },
];
const ofLobby: readonly FieldName[] = ['lobbyOpensAt', 'lobbyOrder', 'drawBeacon'];
const fixed: readonly FieldName[] = ['saleId', 'stock', 'kind', 'draft'];
/** As wide as the form: a list of addresses, and the choice that changes the form. */
const wide: readonly FieldName[] = ['kind', 'returnUrls', 'members'];

/** Typed values over a new base: a field that was not touched follows it. */
export const mergedValues = (before: FormValues, now: FormValues, typed: FormValues): FormValues =>
  Object.fromEntries(
    (Object.keys(typed) as FieldName[]).map((name) => [name, typed[name] === before[name] ? now[name] : typed[name]]),
  ) as FormValues;

/** Every setting of a sale. A field is validated on blur, all of them on submit; the focus then goes to the first fault. */
export const SaleForm = ({
  rules,
  initial,
  editing,
  lobbyFixed = false,
  title,
  button,
  back,
  further,
  onSubmit,
  children,
}: SaleFormProps) => {
  const { w } = useOperatorI18n();
  const [values, setValues] = useState(initial);
  const [base, setBase] = useState(initial);
  if (base !== initial) {
    setBase(initial);
    setValues((typed) => mergedValues(base, initial, typed));
  }
  const [errors, setErrors] = useState<FieldErrors>({});
  const [refused, setRefused] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const isDirty = (Object.keys(values) as FieldName[]).some((name) => values[name] !== initial[name]);
  const names = groups.flatMap((group) => group.names).filter((name) => (!editing || !fixed.includes(name)) && hasField(values, name));
  const current = rulesFor(rules, values);
  const shown: FieldErrors = { ...further, ...errors };
  const set = (name: FieldName, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    // A need that goes with a choice is judged anew with it.
    if (shown[name] || name === 'kind' || name === 'confirmBy' || name === 'lobbyOpensAt' || name === 'identity' || name === 'draft')
      setErrors((before) => ({
        ...before,
        [name]: undefined,
        ...(name === 'kind' || name === 'confirmBy' ? { returnUrls: undefined } : {}),
        ...(name === 'identity' ? { members: undefined } : {}),
        ...(name === 'lobbyOpensAt' || name === 'draft' ? { opensAt: undefined } : {}),
      }));
  };
  const submit = () => {
    const found = checkForm(rules, values, names);
    setErrors(found);
    const first = names.find((name) => found[name]);
    setRefused(names.filter((name) => found[name]).length);
    if (first === undefined) return onSubmit(values);
    form.current?.querySelector<HTMLElement>(`[data-testid="field-${first}"]`)?.focus();
  };
  return (
    <>
      <UnsavedGuard isDirty={isDirty} />
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h1 className="text-2xl font-bold tracking-tight">{title}</h1>
        <div className="flex flex-col rounded-xl border border-line bg-paper">
          {groups.map((group) => (
            <fieldset
              key={group.title}
              className="grid gap-x-6 gap-y-5 border-t border-line px-4 py-5 first:border-t-0 sm:px-6 md:grid-cols-[11rem_minmax(0,1fr)]"
            >
              <legend className="contents">
                <span className="text-sm font-bold md:pt-0.5">{w(`form.group.${group.title}`)}</span>
              </legend>
              <div className={`grid gap-x-6 gap-y-5 ${group.names.length > 1 ? 'sm:grid-cols-2' : ''} md:col-start-2`}>
                {group.names
                  .filter((name) => names.includes(name))
                  .map((name) => (
                    <div key={name} className={`min-w-0 ${wide.includes(name) ? 'sm:col-span-2' : ''}`}>
                      <Field
                        name={name}
                        rule={current[name]}
                        value={values[name]}
                        error={shown[name]}
                        {...(name === 'opensAt' && editing ? { help: w('field.opensAt.help.edit') } : {})}
                        {...(lobbyFixed && ofLobby.includes(name) ? { disabled: true, help: w('field.lobby.fixed') } : {})}
                        onChange={(value) => set(name, value)}
                        onBlur={(event) => {
                          // On the way to a button nothing may move under the pointer; the button judges everything anyway.
                          if (event.relatedTarget instanceof HTMLElement && event.relatedTarget.matches('button, a')) return;
                          const error = values[name] === initial[name] ? null : checkField(current[name], values[name]);
                          if (error) setErrors((before) => ({ ...before, [name]: error }));
                        }}
                      />
                    </div>
                  ))}
              </div>
            </fieldset>
          ))}
        </div>
        {children}
        <div className="flex flex-wrap items-center gap-3">
          <ConsoleButton type="submit" look="primary" data-testid="submit">
            {button}
          </ConsoleButton>
          <ToolLink href={back}>{w('form.cancel')}</ToolLink>
          <p role="alert" data-testid="form-errors" className="text-sm font-medium text-danger empty:hidden">
            {refused > 0 && Object.values(errors).some(Boolean) && w('form.errors', { count: refused })}
          </p>
        </div>
      </form>
    </>
  );
};
