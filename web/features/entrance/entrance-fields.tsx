'use client';

import type { Sale } from '@sunbeon/contracts';
import { useId } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Failure } from '../../lib/api.ts';
import { Notice } from '../../ui/notice.tsx';
import { ProofCheck } from './proof-check.tsx';
import type { Entrance } from './use-entrance.ts';

interface EntranceFieldsProps {
  sale: Sale;
  entrance: Entrance;
  failure: Failure | null;
  disabled: boolean;
}

/** What the sale asks for at a join: a code to type, a sign-in, and the progress of the check that asks for nothing. */
export const EntranceFields = ({ sale, entrance, failure, disabled }: EntranceFieldsProps) => {
  const { t } = useLanguage();
  const id = useId();
  const wrong = failure?.code === 'code_invalid';
  return (
    <>
      {sale.access === 'code' && (
        <div className="flex flex-col gap-1">
          <label htmlFor={id} className="text-sm font-medium">
            {t('code.label')}
          </label>
          <input
            id={id}
            value={entrance.code}
            onChange={(event) => entrance.setCode(event.target.value)}
            disabled={disabled}
            aria-invalid={wrong}
            aria-describedby={`${id}-help`}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={64}
            data-testid="code"
            className="min-h-12 w-full rounded-xl border border-line bg-paper px-4 py-2 font-mono text-lg tracking-wider uppercase aria-invalid:border-danger"
          />
          <p id={`${id}-help`} className="text-sm leading-relaxed text-ink-soft">
            {t('code.help')}
          </p>
        </div>
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
