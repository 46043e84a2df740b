'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useRouter } from 'next/navigation';
import { useId, useRef, useState } from 'react';
import { ConsoleButton } from './controls.tsx';
import { Dialog } from './dialog.tsx';
import { useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** Equal to the eye: blanks at the ends and the composition of letters, which keyboards differ in, do not count. */
const isSameText = (a: string, b: string): boolean => a.trim().normalize() === b.trim().normalize();

/** Deletes a closed sale, after its name was typed. */
export const DeleteSale = ({ sale: { saleId, title } }: { sale: OperatorSale }) => {
  const { w, problem } = useOperatorI18n();
  const { api, check } = useSession();
  const router = useRouter();
  const [isAsked, setAsked] = useState(false);
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const remove = async (): Promise<void> => {
    const isOther = !isSameText(typed, title);
    setWrong(isOther);
    if (isOther) return input.current?.focus();
    setBusy(true);
    setError(null);
    const answer = await api.delete(saleId);
    setBusy(false);
    // Gone already: an answer was lost, or another operator was first.
    if (answer.ok || answer.failure.code === 'sale_not_found') return router.push('/operator');
    check(answer.failure);
    setError(problem(answer.failure));
  };
  return (
    <>
      <ConsoleButton
        look="danger"
        data-testid="delete"
        onClick={() => {
          setTyped('');
          setWrong(false);
          setError(null);
          setAsked(true);
        }}
      >
        {w('delete.button')}
      </ConsoleButton>
      {isAsked && (
        <Dialog
          title={w('delete.title', { title })}
          yes={w('delete.yes')}
          look="danger"
          busy={busy}
          error={error}
          onYes={() => void remove()}
          onNo={() => setAsked(false)}
        >
          <p>{w('delete.body')}</p>
          <div data-dialog-field="" className="flex flex-col gap-1">
            <label htmlFor={id} className="font-semibold">
              {w('delete.name')}
            </label>
            <p id={`${id}-help`} className="rounded-lg bg-sunken px-3 py-2 break-words">
              {title}
            </p>
            <input
              ref={input}
              id={id}
              data-testid="field-name"
              value={typed}
              autoComplete="off"
              aria-invalid={isWrong}
              aria-describedby={`${id}-error ${id}-help`}
              onChange={(event) => {
                setTyped(event.target.value);
                setWrong(false);
              }}
              className="min-h-10 w-full rounded-lg border border-(--field-line) bg-paper px-3 py-2 text-base aria-invalid:border-danger sm:text-sm"
            />
            <p id={`${id}-error`} data-testid="error-name" className="font-medium text-danger empty:hidden">
              {isWrong && w('delete.wrong')}
            </p>
          </div>
        </Dialog>
      )}
    </>
  );
};
