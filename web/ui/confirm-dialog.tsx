'use client';

import { useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  body: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}

/** The browser's modal dialog: traps the focus, closes on Escape and returns the focus. */
export const ConfirmDialog = ({ open, title, body, yes, no, onYes, onNo }: ConfirmDialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
      onClose={onNo}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-3xl border border-line bg-paper p-6 text-ink backdrop:bg-black/50"
    >
      <h2 id={`${id}-title`} className="text-xl font-bold">
        {title}
      </h2>
      <p id={`${id}-body`} className="mt-2 leading-relaxed text-ink-soft">
        {body}
      </p>
      <div className="mt-6 flex flex-row-reverse flex-wrap gap-3">
        <Button onClick={onNo}>{no}</Button>
        <Button look="quiet" onClick={onYes} data-testid="leave-confirm" className="text-danger">
          {yes}
        </Button>
      </div>
    </dialog>
  );
};
