'use client';

import type { Sale } from '@sunbeon/contracts';
import { lazy, Suspense } from 'react';
import type { Failure } from '../../lib/api.ts';
import { isSignInNeeded } from './enter.ts';
import type { Entrance } from './use-entrance.ts';

/** Loaded by sales that ask for it. */
const CodeField = lazy(async () => ({ default: (await import('./code-field.tsx')).CodeField }));
const SignIn = lazy(async () => ({ default: (await import('./sign-in.tsx')).SignIn }));
const ProofCheck = lazy(async () => ({ default: (await import('./proof-check.tsx')).ProofCheck }));

interface EntranceFieldsProps {
  /** Id of the form of the join. */
  form?: string;
  sale: Sale;
  entrance: Entrance;
  failure: Failure | null;
  disabled: boolean;
}

const refusedCode = (failure: Failure | null) => (failure?.code === 'code_invalid' ? ('problem.code_invalid' as const) : null);

/** Whether this visitor has to sign in before a join: it was refused for that, or the login came to nothing. */
export const mustSignIn = (sale: Sale, { brought }: Pick<Entrance, 'brought'>, failure: Failure | null): boolean =>
  sale.identity === 'member' && brought.member === undefined && (failure === null ? brought.login !== undefined : isSignInNeeded(failure));

/** A failure that is not told at a field of the entrance. */
export const failureBeside = (sale: Sale, failure: Failure | null): Failure | null =>
  (sale.access === 'code' && failure?.code === 'code_invalid') ||
  (sale.identity === 'member' && failure !== null && isSignInNeeded(failure))
    ? null
    : failure;

/** What the sale asks for at a join: a login, a code to type, and the progress of the check that asks for nothing. */
export const EntranceFields = ({ form, sale, entrance, failure, disabled }: EntranceFieldsProps) => {
  return (
    <Suspense fallback={null}>
      {mustSignIn(sale, entrance, failure) && <SignIn sale={sale} login={entrance.brought.login} failure={failure} />}
      {sale.access === 'code' && (
        <CodeField
          form={form}
          value={entrance.code}
          onChange={entrance.setCode}
          fault={entrance.isCodeMissing ? 'code.empty' : refusedCode(failure)}
          disabled={disabled}
        />
      )}
      {entrance.proof !== null && <ProofCheck done={entrance.proof} />}
    </Suspense>
  );
};
