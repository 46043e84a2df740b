'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import type { OrdersQuery } from './orders-view.ts';

/** Pause in typing after which is searched, ms. */
const pauseMs = 250;
/** As the API takes it. */
const mostCharacters = 128;

/** What to find, as it is typed, and the state to show. `onQuery` is called when it differs from the last time. */
export const OrdersSearch = ({ query, onQuery }: { query: OrdersQuery; onQuery: (query: OrdersQuery) => void }) => {
  const { w } = useOperatorI18n();
  const id = useId();
  const [text, setText] = useState(query.q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (changed: Partial<OrdersQuery>): void => {
    clearTimeout(timer.current);
    const next = { ...query, q: text.trim(), ...changed };
    if (next.q !== query.q || next.state !== query.state) onQuery(next);
  };
  const type = (typed: string): void => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => ask({ q: typed.trim() }), pauseMs);
  };
  return (
    <form
      role="search"
      className="flex flex-wrap items-start gap-x-5 gap-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        ask({});
      }}
    >
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-1">
        <label htmlFor={id} className="text-sm font-semibold">
          {w('orders.search')}
        </label>
        <input
          id={id}
          type="search"
          data-testid="orders-search"
          value={text}
          maxLength={mostCharacters}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="search"
          aria-describedby={`${id}-help`}
          onChange={(event) => type(event.target.value)}
          className="min-h-10 w-full rounded-lg border border-(--field-line) bg-paper px-3 py-2 text-base sm:text-sm"
        />
        <p id={`${id}-help`} className="text-xs leading-relaxed text-ink-soft">
          {w('orders.search.help')}
        </p>
      </div>
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-sm font-semibold">{w('orders.filter')}</legend>
        <div className="flex rounded-lg border border-line bg-paper p-0.5">
          {(['all', 'paid', 'cancelled'] as const).map((state) => (
            <label
              key={state}
              className="relative flex min-h-9 cursor-pointer items-center rounded-md px-3 text-sm font-medium text-ink-soft has-checked:bg-accent-soft has-checked:text-accent-strong has-focus-visible:outline-3 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name={`${id}-state`}
                data-testid={`orders-${state}`}
                checked={query.state === state}
                onChange={() => ask({ state })}
                className="absolute inset-0 cursor-pointer opacity-0"
              />
              {w(state === 'all' ? 'orders.filter.all' : `orders.state.${state}`)}
            </label>
          ))}
        </div>
      </fieldset>
    </form>
  );
};
