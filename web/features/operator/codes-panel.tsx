'use client';

import { limits } from '@sunbeon/contracts/limits';
import { useId, useState } from 'react';
import { newKey } from '../../lib/new-key.ts';
import { Notice } from '../../ui/notice.tsx';
import { ConsoleButton, Panel } from './controls.tsx';
import { Dialog } from './dialog.tsx';
import { useSession } from './session.tsx';
import { useCodes, type AccessCode } from './use-codes.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const wholeIn = (text: string, max: number): number | null => {
  const value = Number(text);
  return /^\d{1,9}$/.test(text.trim()) && value >= 1 && value <= max ? value : null;
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

const MakeForm = ({ saleId, onMade }: { saleId: string; onMade: () => Promise<void> }) => {
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
    await onMade();
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

const CodesTable = ({ codes, onTakeBack }: { codes: readonly AccessCode[]; onTakeBack: (code: AccessCode) => void }) => {
  const { w } = useOperatorI18n();
  return (
    <table className="w-full text-sm">
      <thead className="text-xs text-ink-soft">
        <tr>
          {(['code', 'used', 'label'] as const).map((column) => (
            <th key={column} scope="col" className="py-2 pr-4 text-left font-medium">
              {w(`codes.column.${column}`)}
            </th>
          ))}
          <th className="sr-only">{w('codes.back')}</th>
        </tr>
      </thead>
      <tbody>
        {codes.map((code) => (
          <tr key={code.code} data-testid="access-code" className="border-t border-line">
            <td className="py-1.5 pr-4 font-mono">{code.code}</td>
            <td className="py-1.5 pr-4 tabular-nums">{w('codes.used', { used: code.used, uses: code.uses })}</td>
            <td className="py-1.5 pr-4 break-words">{code.label}</td>
            <td className="py-1.5 text-right">
              <ConsoleButton look="text" onClick={() => onTakeBack(code)} aria-label={w('codes.back.of', { code: code.code })}>
                {w('codes.back')}
              </ConsoleButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** Gives the browser a file. */
const save = (bytes: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/** Access codes of a sale: make, list, export, take back. */
export const CodesPanel = ({ saleId }: { saleId: string }) => {
  const { w, problem } = useOperatorI18n();
  const { api } = useSession();
  const { codes, next, isLoaded, failure, fail, more, again } = useCodes(saleId);
  const [asked, setAsked] = useState<AccessCode | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const takeBack = async (code: AccessCode): Promise<void> => {
    setBusy(true);
    const answer = await api.takeBackCode(saleId, code.code);
    setBusy(false);
    if (!answer.ok) return setError(problem(answer.failure));
    setAsked(null);
    await again();
  };
  const exportAll = async (): Promise<void> => {
    const answer = await api.codesCsv(saleId);
    if (answer.ok) save(answer.value, `codes-${saleId}.csv`);
    else fail(answer.failure);
  };
  return (
    <Panel
      id="codes"
      title={w('codes.title')}
      aside={
        <ConsoleButton onClick={() => void exportAll()} data-testid="codes-export">
          {w('codes.export')}
        </ConsoleButton>
      }
    >
      <p className="mb-3 text-sm leading-relaxed text-ink-soft">{w('codes.intro')}</p>
      <MakeForm saleId={saleId} onMade={again} />
      {failure !== null && (
        <Notice tone="danger" role="alert">
          {problem(failure)}
        </Notice>
      )}
      {isLoaded && codes.length === 0 && <p className="mt-3 text-sm text-ink-soft">{w('codes.none')}</p>}
      {codes.length > 0 && (
        <div className="mt-3 max-h-96 overflow-auto" tabIndex={0} role="region" aria-labelledby="codes">
          <CodesTable codes={codes} onTakeBack={setAsked} />
          {next !== undefined && (
            <ConsoleButton look="text" onClick={() => void more()} data-testid="codes-more">
              {w('codes.more')}
            </ConsoleButton>
          )}
        </div>
      )}
      {asked !== null && (
        <Dialog
          title={w('codes.back.title', { code: asked.code })}
          yes={w('codes.back')}
          look="danger"
          busy={busy}
          error={error}
          onYes={() => void takeBack(asked)}
          onNo={() => {
            setAsked(null);
            setError(null);
          }}
        >
          <p>{w('codes.back.body')}</p>
        </Dialog>
      )}
    </Panel>
  );
};
