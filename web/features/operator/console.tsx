'use client';

import type { OperatorIdentity } from '@sunbeon/contracts';
import Link from 'next/link';
import { mayAs } from '@sunbeon/contracts/operator-roles';
import { Activity, Fragment, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { operatorApi, type OperatorFailure } from '../../lib/operator-api.ts';
import { Notice } from '../../ui/notice.tsx';
import { ConsoleButton } from './controls.tsx';
import type { FieldRules } from './field-rules.ts';
import { SessionContext, type Session } from './session.tsx';
import { SignIn } from './sign-in.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { useIdentity } from './use-identity.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const Header = ({ name, role, onSignOut }: OperatorIdentity & { onSignOut: () => void }) => {
  const { w } = useOperatorI18n();
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line pb-3 print:hidden">
      <Link href="/operator" prefetch={false} className="-mx-1 rounded px-1 text-sm font-bold">
        {w('console.title')}
      </Link>
      <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1">
        <span data-testid="who" data-role={role} className="text-xs break-words text-ink-soft">
          {w('console.who', { name, role: w(`role.${role}`) })}
        </span>
        <ConsoleButton look="text" className="px-1!" data-testid="sign-out" onClick={onSignOut}>
          {w('console.sign_out')}
        </ConsoleButton>
      </div>
    </div>
  );
};

/** Whether an operator goes on with the pages of another session: the same name, which may do all that they show. */
const goesOn = (before: OperatorIdentity, now: OperatorIdentity): boolean => before.name === now.name && mayAs(now.role, before.role);

/** Asks before the values are lost that were typed into the page below the sign-in. Its own guard rests with it. */
const KeptGuard = () => {
  const [isDirty] = useState(() => document.querySelector('[data-unsaved]') !== null);
  return <UnsavedGuard isDirty={isDirty} />;
};

/** Keeps the focus over a sign-in in between, unless the page takes it. Returns what notes where it is. */
const useKeptFocus = (isOver: boolean): (() => void) => {
  const focused = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (isOver) return;
    if (document.activeElement === document.body && focused.current?.isConnected) focused.current.focus();
    focused.current = null;
  }, [isOver]);
  return useCallback(() => {
    focused.current ??= document.activeElement as HTMLElement | null;
  }, []);
};

/**
 * The console's frame. Who is signed in says the session's cookie, which survives a reload; no part of the page ever has the token.
 * A session that ends by itself hides the page below the sign-in and stops its calls: whoever goes on finds it as it was.
 */
export const Console = ({ rules, children }: { rules: FieldRules; children: ReactNode }) => {
  const { w, problem } = useOperatorI18n();
  const api = useMemo(operatorApi, []);
  const { identity, failure, set, again } = useIdentity(api);
  const [isOver, setOver] = useState(false);
  // Another operator gets the pages anew.
  const [turn, setTurn] = useState(0);
  const noteFocus = useKeptFocus(isOver);
  const check = useCallback(
    (refused: OperatorFailure) => {
      if (refused.code !== 'invalid_token') return;
      noteFocus();
      setOver(true);
    },
    [noteFocus],
  );
  const session = useMemo<Session | null>(() => (identity ? { api, rules, check, ...identity } : null), [api, rules, check, identity]);
  const signOut = async (): Promise<void> => {
    const answer = await api.signOut();
    if (answer.ok) set(null);
    else again(answer.failure);
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
          <SignIn
            api={api}
            expired={isOver}
            onSignedIn={(operator) => {
              if (identity !== null && !goesOn(identity, operator)) setTurn(turn + 1);
              setOver(false);
              set(operator);
            }}
          />
          {isOver && <KeptGuard />}
        </div>
      )}
      {session !== null && (
        <Activity mode={isOver ? 'hidden' : 'visible'}>
          <SessionContext value={session}>
            <div className="console flex flex-col gap-5" inert={isOver}>
              <Header name={session.name} role={session.role} onSignOut={() => void signOut()} />
              {failure !== null && (
                <Notice tone="danger" role="alert">
                  {problem(failure)}
                </Notice>
              )}
              {session.role !== 'admin' && (
                <p data-testid="role-note" className="text-xs leading-relaxed text-ink-soft">
                  {w(`role.${session.role}.can`)}
                </p>
              )}
              <Fragment key={turn}>{children}</Fragment>
            </div>
          </SessionContext>
        </Activity>
      )}
    </>
  );
};
