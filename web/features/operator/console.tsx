'use client';

import type { OperatorIdentity } from '@sunbeon/contracts';
import Link from 'next/link';
import { Activity, Fragment, useCallback, useMemo, useState, type ReactNode } from 'react';
import { operatorApi, type OperatorFailure } from '../../lib/operator-api.ts';
import { Notice } from '../../ui/notice.tsx';
import { ConsoleButton } from './controls.tsx';
import type { FieldRules } from './field-rules.ts';
import { SessionContext, type Session } from './session.tsx';
import { SignIn } from './sign-in.tsx';
import { hasUnsaved, UnsavedDialog, UnsavedGuard } from './unsaved-guard.tsx';
import { useIdentity } from './use-identity.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

interface HeaderProps extends OperatorIdentity {
  signOut: () => Promise<OperatorFailure | null>;
}
/** Who is signed in, and the sign-out, which asks first where typed values would be lost. */
const Header = ({ name, role, signOut }: HeaderProps) => {
  const { w, problem } = useOperatorI18n();
  const [isAsked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const leave = async (): Promise<void> => {
    setBusy(true);
    setFailure(await signOut());
    setBusy(false);
  };
  const error = failure === null ? null : problem(failure);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line pb-3 print:hidden">
        <Link href="/operator" prefetch={false} className="-mx-1 rounded px-1 text-sm font-bold">
          {w('console.title')}
        </Link>
        <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1">
          <span data-testid="who" data-role={role} className="text-xs break-words text-ink-soft">
            {w('console.who', { name, role: w(`role.${role}`) })}
          </span>
          <ConsoleButton
            look="text"
            className="px-1!"
            data-testid="sign-out"
            onClick={() => {
              setFailure(null);
              if (hasUnsaved()) setAsked(true);
              else void leave();
            }}
          >
            {w('console.sign_out')}
          </ConsoleButton>
        </div>
      </div>
      {isAsked && <UnsavedDialog busy={busy} error={error} onYes={() => void leave()} onNo={() => setAsked(false)} />}
      {error !== null && !isAsked && (
        <Notice tone="danger" role="alert">
          {error}
        </Notice>
      )}
    </>
  );
};

/** Asks before the values are lost that were typed into the page below the sign-in. Its own guard rests with it. */
const KeptGuard = () => {
  const [isDirty] = useState(hasUnsaved);
  return <UnsavedGuard isDirty={isDirty} />;
};

/**
 * The console's frame. Who is signed in says the session's cookie, which survives a reload; no part of the page ever has the token.
 * A session that ends by itself hides the page below the sign-in and stops its calls: whoever goes on finds it as it was. Another operator gets it anew.
 */
export const Console = ({ rules, children }: { rules: FieldRules; children: ReactNode }) => {
  const { w, problem } = useOperatorI18n();
  const api = useMemo(operatorApi, []);
  const { identity, isOver, turn, failure, set, end } = useIdentity(api);
  const check = useCallback(
    (refused: OperatorFailure) => {
      if (refused.code === 'invalid_token') end();
    },
    [end],
  );
  const session = useMemo<Session | null>(() => (identity ? { api, rules, check, ...identity } : null), [api, rules, check, identity]);
  const signOut = async (): Promise<OperatorFailure | null> => {
    const answer = await api.signOut();
    if (!answer.ok) return answer.failure;
    set(null);
    return null;
  };
  if (identity === undefined)
    return (
      <div className="console flex flex-col items-start gap-3">
        {failure === null ? (
          <p className="text-ink-soft">{w('console.checking')}</p>
        ) : (
          <Notice tone="danger" role="alert">
            {problem(failure)}
          </Notice>
        )}
      </div>
    );
  return (
    <>
      {(session === null || isOver) && (
        <div className="console">
          <SignIn api={api} expired={isOver} onSignedIn={set} />
          {isOver && <KeptGuard />}
        </div>
      )}
      {session !== null && (
        <Activity mode={isOver ? 'hidden' : 'visible'}>
          <SessionContext value={session}>
            <div className="console flex flex-col gap-5" inert={isOver}>
              <Header key={`header ${turn}`} name={session.name} role={session.role} signOut={signOut} />
              {session.role !== 'admin' && (
                <p data-testid="role-note" className="text-xs leading-relaxed text-ink-soft">
                  {w(`role.${session.role}.can`)}
                </p>
              )}
              <Fragment key={`pages ${turn}`}>{children}</Fragment>
            </div>
          </SessionContext>
        </Activity>
      )}
    </>
  );
};
