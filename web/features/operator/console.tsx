'use client';

import Link from 'next/link';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { operatorApi, type OperatorFailure } from '../../lib/operator-api.ts';
import { ConsoleButton } from './controls.tsx';
import type { FieldRules } from './field-rules.ts';
import { SessionContext, type Session } from './session.tsx';
import { SignIn } from './sign-in.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** The console's frame. The token is only in the state of this component: a reload, or closing the tab, removes it. */
export const Console = ({ rules, children }: { rules: FieldRules; children: ReactNode }) => {
  const { w } = useOperatorI18n();
  const [token, setToken] = useState<string | null>(null);
  const [expired, setExpired] = useState(false);
  const check = useCallback((failure: OperatorFailure) => {
    if (failure.code !== 'invalid_token') return;
    setToken(null);
    setExpired(true);
  }, []);
  const session = useMemo<Session | null>(() => (token === null ? null : { api: operatorApi(token), rules, check }), [token, rules, check]);
  if (session === null) {
    return (
      <div className="console">
        <SignIn
          expired={expired}
          onToken={(accepted) => {
            setExpired(false);
            setToken(accepted);
          }}
        />
      </div>
    );
  }
  return (
    <SessionContext value={session}>
      <div className="console flex flex-col gap-5">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line pb-3 print:hidden">
          <Link href="/operator" prefetch={false} className="-mx-1 rounded px-1 text-sm font-bold">
            {w('console.title')}
          </Link>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <span className="text-xs text-ink-soft max-sm:hidden">{w('console.signed_in')}</span>
            <ConsoleButton look="text" className="px-1!" data-testid="sign-out" onClick={() => setToken(null)}>
              {w('console.sign_out')}
            </ConsoleButton>
          </div>
        </div>
        {children}
      </div>
    </SessionContext>
  );
};
