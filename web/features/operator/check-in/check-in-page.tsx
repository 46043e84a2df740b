'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { ConsoleButton, LoadLink } from '../controls.tsx';
import { usePageTitle } from '../crumbs.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { useSaleFacts } from '../use-sale-facts.ts';
import { Camera } from './camera.tsx';
import { RecentList } from './recent-list.tsx';
import { ResultCard } from './result-card.tsx';
import { useCheckIn } from './use-check-in.ts';

/** The sale's title is read this often, ms. */
const titleEveryMs = 60_000;
/** Answers after which the next visitor's number is entered; after the others, this one is corrected. */
const done: readonly (string | undefined)[] = ['ok', 'already', 'cancelled'];

/** The door: one number after another, by thumb, keyboard or camera. */
export const CheckInPage = ({ saleId }: { saleId: string }) => {
  const { w } = useOperatorI18n();
  const id = useId();
  const { view, submit, clear } = useCheckIn(saleId);
  const sale = useSaleFacts(saleId, titleEveryMs);
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  usePageTitle(`${w('checkIn.title')} · ${sale?.title ?? saleId}`);
  const { result, phase } = view;
  const [shown, setShown] = useState(result);
  if (shown !== result) {
    setShown(result);
    // Only what was asked for: the next number may be half typed already.
    if (result !== null && done.includes(result.kind) && text.trim() === result.text.trim()) setText('');
  }
  const ended = phase === 'idle' && result !== null && !done.includes(result.kind) && result.text.trim() === text.trim();
  useEffect(() => {
    if (ended && document.activeElement === input.current) input.current?.select();
  }, [ended]);
  return (
    <div className="mx-auto flex w-full max-w-xl flex-col gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h1 className="text-xl leading-tight font-bold tracking-tight">
          {w('checkIn.title')} <span className="font-normal text-ink-soft">{sale?.title ?? saleId}</span>
        </h1>
        <LoadLink look="text" className="px-1!" href={`/operator/sales/${saleId}/orders`}>
          {w('orders.title')}
        </LoadLink>
      </div>
      <ResultCard view={view} onAgain={(again) => void submit(again)} />
      <Camera onText={(read) => void submit(read)} />
      <form
        noValidate
        className="flex flex-col gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(text);
          // Not by a thumb: the keyboard would cover the answer.
          if (matchMedia('(pointer: fine)').matches) input.current?.focus();
        }}
      >
        <label htmlFor={id} className="text-sm font-semibold">
          {w('checkIn.code')}
        </label>
        <div className="flex flex-wrap gap-2">
          <input
            ref={input}
            id={id}
            data-testid="check-in-code"
            value={text}
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="done"
            aria-describedby={`${id}-help`}
            onChange={(event) => setText(event.target.value)}
            className="min-h-14 min-w-0 flex-1 basis-44 rounded-xl border-2 border-(--field-line) bg-paper px-4 font-mono text-xl"
          />
          <ConsoleButton type="submit" look="primary" className="min-h-14! grow rounded-xl! px-6! text-lg!" data-testid="check-in-button">
            {w('checkIn.button')}
          </ConsoleButton>
        </div>
        <p id={`${id}-help`} className="text-xs text-ink-soft">
          {w('checkIn.code.help')}
        </p>
      </form>
      <RecentList recent={view.recent} onClear={clear} />
    </div>
  );
};
