'use client';

import { useId, type FocusEvent, type Ref } from 'react';
import { isOperatorKey, type OperatorKey } from '../../lib/i18n/operator-messages.ts';
import type { FieldError, FieldName, FieldRule } from './field-rules.ts';
import type { RehearsalField } from './rehearsal/rehearsal-fields.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

interface FieldProps {
  name: FieldName | RehearsalField | 'add' | 'reason' | 'at' | 'status';
  rule: FieldRule;
  value: string;
  onChange: (value: string) => void;
  onBlur?: (event: FocusEvent) => void;
  error?: FieldError | null | undefined;
  /** Instead of the usual explanation. */
  help?: string;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;
}

const look =
  'w-full rounded-lg border border-(--field-line) bg-paper px-3 py-2 text-base aria-invalid:border-danger aria-invalid:outline-danger disabled:bg-sunken disabled:text-ink-soft sm:text-sm';

/** The words of an option. */
export const choiceKeyOf = (name: string, option: string): OperatorKey => {
  const key = `choice.${name}.${option}`;
  return isOperatorKey(key) ? key : 'field.optional';
};

/** One field: its name, what it means, what it takes, and what is wrong with it. */
export const Field = ({ name, rule, value, onChange, onBlur, error, help, disabled = false, ref }: FieldProps) => {
  const { w, zone } = useOperatorI18n();
  const id = useId();
  const range =
    name === 'add'
      ? null
      : rule.kind === 'integer'
        ? w('range.integer', { min: rule.min, max: rule.max })
        : rule.kind === 'number'
          ? w('range.number', { min: rule.min, max: rule.max })
          : rule.kind === 'text'
            ? w('range.text', { max: rule.max })
            : rule.kind === 'addresses'
              ? w('range.addresses', { max: rule.max })
              : rule.kind === 'time'
                ? zone
                : null;
  const common = {
    id: `${id}-field`,
    value,
    disabled,
    required: rule.required,
    'aria-invalid': error !== undefined && error !== null,
    'aria-describedby': `${id}-error ${id}-help`,
    'data-testid': `field-${name}`,
    onBlur,
    autoComplete: 'off',
    className: look,
  };
  const isNumber = rule.kind === 'integer' || rule.kind === 'number';
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={`${id}-field`} className="text-sm font-semibold">
        {w(`field.${name}`)} {!rule.required && <span className="font-normal text-ink-soft">({w('field.optional')})</span>}
      </label>
      {rule.kind === 'choice' || rule.kind === 'opening' ? (
        <select
          {...common}
          ref={ref as Ref<HTMLSelectElement>}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} min-h-10`}
        >
          {rule.kind === 'opening' && <option value="">{w('choice.draft.none')}</option>}
          {rule.options.map((option) => (
            <option key={option} value={option}>
              {w(choiceKeyOf(name, option))}
            </option>
          ))}
        </select>
      ) : rule.kind === 'addresses' || rule.kind === 'json' || (rule.kind === 'text' && rule.max > 200) ? (
        <textarea
          {...common}
          ref={ref as Ref<HTMLTextAreaElement>}
          rows={3}
          spellCheck={rule.kind === 'text'}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} ${rule.kind === 'addresses' || rule.kind === 'json' ? 'font-mono break-all sm:text-xs' : ''}`}
        />
      ) : (
        <input
          {...common}
          ref={ref as Ref<HTMLInputElement>}
          type={rule.kind === 'time' ? 'datetime-local' : 'text'}
          list={name === 'timeZone' ? `${id}-zones` : undefined}
          inputMode={rule.kind === 'integer' ? 'numeric' : rule.kind === 'number' ? 'decimal' : undefined}
          spellCheck={rule.kind === 'text'}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} min-h-10 ${isNumber ? 'tabular-nums' : ''}`}
        />
      )}
      {name === 'timeZone' && (
        <datalist id={`${id}-zones`}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      )}
      <p id={`${id}-error`} data-testid={`error-${name}`} className="text-sm font-medium text-danger empty:hidden">
        {error && w(error.key, error.values)}
      </p>
      <p id={`${id}-help`} className="text-xs leading-relaxed text-ink-soft">
        {help ?? w(`field.${name as FieldName}.help`)} {range && <span className="whitespace-nowrap">({range})</span>}
      </p>
    </div>
  );
};
