'use client';

import { limits } from '@sunbeon/contracts/limits';
import { useId, useState } from 'react';
import { newKey } from '../../lib/new-key.ts';
import { Notice } from '../../ui/notice.tsx';
import { ConsoleButton } from './controls.tsx';
import { numberOf } from './field-rules.ts';
import { useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

const wholeIn = (text: string, max: number): number | null => {
  const value = numberOf(text);
  return Number.isInteger(value) && value >= 1 && value <= max ? value : null;
};

interface InputProps {
  name: 'count' | 'uses' | 'label';
  value: string;
  max: number;
  onChange: (value: string) => void;
}
const Input = ({ name, value, max, onChange }: InputProps) => {
  const { w } = useOperatorI18n();
  const id = useId();
  const isWrong = name !== 'label' && wholeIn(value, max) === null;
  return (
    <div className="flex min-w-0 flex-1 basis-28 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-semibold">
        {w(`codes.${name}`)}
      </label>
      <input
        id={id}
        data-testid={`codes-${name}`}
        value={value}
        inputMode={name === 'label' ? undefined : 'numeric'}
        maxLength={name === 'label' ? max : undefined}
        autoComplete="off"
        aria-invalid={isWrong}
        aria-describedby={`${id}-error`}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-10 w-full rounded-lg border border-(--field-line) bg-paper px-3 py-2 text-base aria-invalid:border-danger sm:text-sm"
      />
      <p id={`${id}-error`} className="text-xs font-medium text-danger empty:hidden">
        {isWrong && w('codes.wrong.count', { max })}
      </p>
    </div>
  );
};

/** Makes access codes: how many, for how many visitors each, and what for. */
export const MakeCodesForm = ({ saleId, onMade }: { saleId: string; onMade: () => void }) => {
  const { w, problem } = useOperatorI18n();
  const { api, check } = useSession();
  const [count, setCount] = useState('100');
  const [uses, setUses] = useState('1');
  const [label, setLabel] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ tone: 'info' | 'danger'; text: string } | null>(null);
  // One intent, one key: a second click after a lost answer makes no further codes.
  const [key, setKey] = useState(newKey);
  const wanted = { count: wholeIn(count, limits.codesPerCall), uses: wholeIn(uses, limits.codeUses) };
  const make = async (): Promise<void> => {
    if (wanted.count === null || wanted.uses === null || busy) return;
    setBusy(true);
    const answer = await api.makeCodes(
      saleId,
      { count: wanted.count, uses: wanted.uses, ...(label.trim() === '' ? {} : { label: label.trim() }) },
      key,
    );
    setBusy(false);
    if (!answer.ok) {
      check(answer.failure);
      return setSaid({ tone: 'danger', text: problem(answer.failure) });
    }
    setKey(newKey());
    setSaid({ tone: 'info', text: w('codes.made', { count: answer.value.codes.length }) });
    onMade();
  };
  /** Another text is another intent. */
  const changing = (set: (text: string) => void) => (text: string) => {
    set(text);
    setKey(newKey());
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <div className="flex flex-wrap gap-3">
        <Input name="count" value={count} max={limits.codesPerCall} onChange={changing(setCount)} />
        <Input name="uses" value={uses} max={limits.codeUses} onChange={changing(setUses)} />
        <Input name="label" value={label} max={limits.codeLabelCharacters} onChange={changing(setLabel)} />
      </div>
      <div>
        <ConsoleButton type="submit" look="primary" data-testid="codes-make" aria-disabled={busy}>
          {busy ? w('act.busy') : w('codes.make')}
        </ConsoleButton>
      </div>
      {said !== null && (
        <Notice tone={said.tone} role={said.tone === 'info' ? 'status' : 'alert'}>
          {said.text}
        </Notice>
      )}
    </form>
  );
};
