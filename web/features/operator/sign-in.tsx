'use client';

import { useEffect, useId, useRef, useState } from 'react';
import type { OperatorIdentity } from '@sunbeon/contracts';
import type { OperatorApi } from '../../lib/operator-api.ts';
import { Notice } from '../../ui/notice.tsx';
import { ConsoleButton } from './controls.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** Changes the token for a session. Neither field nor form has a name or action: without scripts nothing is sent. */
export const SignIn = ({
  api,
  expired,
  onSignedIn,
}: {
  api: OperatorApi;
  expired: boolean;
  onSignedIn: (operator: OperatorIdentity) => void;
}) => {
  const { w, problem } = useOperatorI18n();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (expired) field.current?.focus();
  }, [expired]);
  const refuse = (text: string) => {
    setError(text);
    field.current?.focus();
  };
  const submit = async (): Promise<void> => {
    if (busy) return;
    const token = field.current?.value.trim() ?? '';
    if (token === '') return refuse(w('sign_in.empty'));
    setBusy(true);
    setError(null);
    const answer = await api.signIn(token);
    setBusy(false);
    if (answer.ok) onSignedIn(answer.value);
    else refuse(answer.failure.code === 'invalid_token' ? w('sign_in.wrong') : problem(answer.failure));
  };
  return (
    <section aria-labelledby={`${id}-title`} className="mx-auto mt-4 max-w-md rounded-2xl border border-line bg-paper p-6 sm:mt-12 sm:p-8">
      <h1 id={`${id}-title`} className="text-xl font-bold tracking-tight">
        {w('sign_in.title')}
      </h1>
      <p className="mt-2 text-sm leading-relaxed text-ink-soft">{w('sign_in.body')}</p>
      {expired && error === null && (
        <div className="mt-4">
          <Notice tone="warn" role="status">
            {w('sign_in.expired')}
          </Notice>
        </div>
      )}
      <form
        noValidate
        className="mt-5 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="flex flex-col gap-1.5">
          <label htmlFor={`${id}-token`} className="text-sm font-semibold">
            {w('sign_in.token')}
          </label>
          <input
            ref={field}
            id={`${id}-token`}
            type="password"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-invalid={error !== null}
            aria-describedby={`${id}-error ${id}-memory`}
            data-testid="token"
            className="min-h-11 rounded-lg border border-(--field-line) bg-paper px-3 text-base aria-invalid:border-danger"
          />
          <p id={`${id}-error`} role="alert" className="text-sm font-medium text-danger empty:hidden">
            {error}
          </p>
        </div>
        <ConsoleButton look="primary" type="submit" className="min-h-11" data-testid="sign-in">
          {w(busy ? 'sign_in.busy' : 'sign_in.button')}
        </ConsoleButton>
        <p id={`${id}-memory`} className="text-xs leading-relaxed text-ink-soft">
          {w('sign_in.memory')}
        </p>
      </form>
    </section>
  );
};
