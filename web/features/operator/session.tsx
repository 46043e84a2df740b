'use client';

import { createContext, useContext } from 'react';
import type { OperatorApi, OperatorFailure } from '../../lib/operator-api.ts';
import type { FieldRules } from './field-rules.ts';

export interface Session {
  api: OperatorApi;
  rules: FieldRules;
  /** Ends the session when a failure means that the token is no longer accepted. */
  check: (failure: OperatorFailure) => void;
}

export const SessionContext = createContext<Session | null>(null);

/** The signed-in operator; only below the console's frame, which contains the sign-in. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession needs the console around it');
  return session;
};
