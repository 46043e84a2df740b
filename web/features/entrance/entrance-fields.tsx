'use client';

import type { Sale } from '@sunbeon/contracts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Failure } from '../../lib/api.ts';
import { Notice } from '../../ui/notice.tsx';
import { CodeField } from './code-field.tsx';
import { ProofCheck } from './proof-check.tsx';
import type { Entrance } from './use-entrance.ts';

interface EntranceFieldsProps {
  sale: Sale;
  entrance: Entrance;
  failure: Failure | null;
  disabled: boolean;
}

const refusedCode = (failure: Failure | null) => (failure?.code === 'code_invalid' ? ('problem.code_invalid' as const) : null);

/** What the sale asks for at a join: a code to type, a sign-in, and the progress of the check that asks for nothing. */
export const EntranceFields = ({ sale, entrance, failure, disabled }: EntranceFieldsProps) => {
  const { t } = useLanguage();
  return (
    <>
      {sale.access === 'code' && (
        <CodeField
          value={entrance.code}
          onChange={entrance.setCode}
          fault={entrance.codeFault ?? refusedCode(failure)}
          disabled={disabled}
        />
      )}
      {sale.identity === 'member' && entrance.brought.member === undefined && (
        <Notice role="status">
          <span data-testid="sign-in">{t('member.needed')}</span>
        </Notice>
      )}
      {entrance.proof !== null && <ProofCheck done={entrance.proof} />}
    </>
  );
};
