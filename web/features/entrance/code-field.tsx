'use client';

import { useId, type Ref } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';

interface CodeFieldProps {
  /** Id of the form that sends it. */
  form?: string;
  value: string;
  onChange: (text: string) => void;
  /** What is wrong with the text, or what the sale said of it. */
  fault: 'code.empty' | 'problem.code_invalid' | null;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** The field of an access code. The text stays as it was typed; the server normalises it. */
export const CodeField = ({ form, value, onChange, fault, disabled = false, ref }: CodeFieldProps) => {
  const { t } = useLanguage();
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={`${id}-field`} className="font-medium">
        {t('code.label')}
      </label>
      <input
        ref={ref}
        form={form}
        name="code"
        id={`${id}-field`}
        data-testid="code-field"
        value={value}
        disabled={disabled}
        required
        type="text"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={64}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-error ${id}-help`}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-12 w-full rounded-xl border border-line bg-paper px-4 py-2.5 font-mono text-lg tracking-wider uppercase aria-invalid:border-danger aria-invalid:outline-danger disabled:bg-sunken"
      />
      <p id={`${id}-error`} role="alert" data-testid="code-error" className="text-sm font-medium text-danger empty:hidden">
        {fault !== null && t(fault)}
      </p>
      <p id={`${id}-help`} className="text-sm leading-relaxed text-ink-soft">
        {t('code.help')}
      </p>
    </div>
  );
};
