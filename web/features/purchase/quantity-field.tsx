'use client';

import { useId } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';

interface QuantityFieldProps {
  value: number;
  largest: number;
  disabled: boolean;
  onChange: (quantity: number) => void;
}

const step =
  'size-12 rounded-xl border border-line text-2xl leading-none font-medium hover:bg-sunken disabled:cursor-default disabled:opacity-40';

/** A whole number from 1 to the largest allowed; no other value can be chosen. */
export const QuantityField = ({ value, largest, disabled, onChange }: QuantityFieldProps) => {
  const { t } = useLanguage();
  const id = useId();
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <span id={id} className="font-medium">
        {t('buying.quantity')} <span className="text-sm font-normal text-ink-soft">{t('facts.limit.value', { limit: largest })}</span>
      </span>
      <div role="group" aria-labelledby={id} className="flex items-center gap-2">
        <button
          type="button"
          className={step}
          aria-label={t('buying.fewer')}
          disabled={disabled || value <= 1}
          onClick={() => onChange(value - 1)}
        >
          −
        </button>
        <output data-testid="quantity" aria-live="polite" className="min-w-12 text-center text-2xl font-bold tabular-nums">
          {value}
        </output>
        <button
          type="button"
          className={step}
          aria-label={t('buying.more')}
          disabled={disabled || value >= largest}
          onClick={() => onChange(value + 1)}
        >
          +
        </button>
      </div>
    </div>
  );
};
