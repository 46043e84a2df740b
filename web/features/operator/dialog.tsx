'use client';

import { useEffect, useId, useRef, type ReactNode } from 'react';
import { ConsoleButton, type ConsoleButtonLook } from './controls.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

interface DialogProps {
  title: string;
  children: ReactNode;
  /** Null: there is nothing to confirm any more. */
  yes: string | null;
  /** Instead of "Cancel", which is ambiguous where something is cancelled. */
  no?: string;
  look?: Extract<ConsoleButtonLook, 'primary' | 'danger'>;
  busy: boolean;
  error: string | null;
  onYes: () => void;
  onNo: () => void;
}

/**
 * The browser's modal dialog: traps the focus and closes on Escape. Initial focus: its first field, else Cancel. On closing, the focus
 * returns to the previous element, or to the actions if that is gone.
 */
export const Dialog = ({ title, children, yes, no, look = 'primary', busy, error, onYes, onNo }: DialogProps) => {
  const { w } = useOperatorI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  // Of the first showing: a sign-in in between closes the dialog, and shows it again.
  const before = useRef<HTMLElement | null>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current!;
    before.current ??= document.activeElement as HTMLElement | null;
    element.showModal();
    (
      element.querySelector<HTMLElement>('[data-dialog-field] :is(input, textarea)') ??
      element.querySelector<HTMLElement>('[data-dialog-no]')
    )?.focus();
    return () => {
      element.close();
      // After the re-render that follows the closing.
      requestAnimationFrame(() => {
        if (before.current?.isConnected) before.current.focus();
        else document.querySelector<HTMLElement>('[data-actions]')?.focus();
      });
    };
  }, []);
  // The focused button is gone when there is nothing to confirm any more.
  useEffect(() => {
    if (yes === null) dialog.current!.querySelector<HTMLElement>('[data-dialog-no]')?.focus();
  }, [yes]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
      data-testid="dialog"
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onNo();
      }}
      className="console m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line bg-paper p-6 text-ink backdrop:bg-black/50"
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && yes !== null) onYes();
        }}
      >
        <h2 id={`${id}-title`} className="text-lg leading-snug font-bold">
          {title}
        </h2>
        <div id={`${id}-body`} className="flex flex-col gap-3 text-sm leading-relaxed">
          {children}
        </div>
        <p role="alert" data-testid="dialog-error" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger empty:hidden">
          {error}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <ConsoleButton onClick={onNo} disabled={busy} data-dialog-no="" data-testid="dialog-no">
            {no ?? w('act.no')}
          </ConsoleButton>
          {yes !== null && (
            <ConsoleButton type="submit" look={look} data-testid="dialog-yes" aria-disabled={busy}>
              {busy ? w('act.busy') : yes}
            </ConsoleButton>
          )}
        </div>
      </form>
    </dialog>
  );
};
