'use client';

import type { OperatorIdentity } from '@sunbeon/contracts';
import { mayAs, type OperatorRole } from '@sunbeon/contracts/operator-roles';
import { createContext, useContext } from 'react';
import type { OperatorApi, OperatorFailure } from '../../lib/operator-api.ts';
import type { FieldRules } from './field-rules.ts';

export interface Session extends OperatorIdentity {
  api: OperatorApi;
  rules: FieldRules;
  /** Ends the session in this page when a failure means that it is over. */
  check: (failure: OperatorFailure) => void;
}

export const SessionContext = createContext<Session | null>(null);

/** The signed-in operator; only below the console's frame, which contains the sign-in. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession needs the console around it');
  return session;
};

/** Whether the signed-in operator may do what needs a role. The API judges each call by itself. */
export const useMay = (): ((needed: OperatorRole) => boolean) => {
  const { role } = useSession();
  return (needed) => mayAs(role, needed);
};
