'use client';

import type { OperatorSale, Order } from '@sunbeon/contracts';
import { limits } from '@sunbeon/contracts/limits';
import { useId, useRef, useState } from 'react';
import type { OperatorFailure } from '../../../lib/operator-api.ts';
import { sellsHere } from '../../../lib/sale-kind.ts';
import { Dialog } from '../dialog.tsx';
import { checkField, type FieldError, type FieldRule } from '../field-rules.ts';
import { Field } from '../field.tsx';
import { useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { conflictOf, stockAfter } from './cancel-words.ts';
import { useTicketsText } from './use-tickets-text.ts';

interface CancelDialogProps {
  order: Order;
  /** For the figures; null while unknown. */
  sale: OperatorSale | null;
  onCancelled: (order: Order, said: string) => void;
  /** The order is not as it was when the dialog opened. */
  onConflict: () => void;
  onNo: () => void;
}

interface RestockChoiceProps {
  name: string;
  restock: boolean;
  checked: boolean;
  help: string;
  label: string;
  disabled: boolean;
  onChange: () => void;
}
const RestockChoice = ({ name, restock, checked, help, label, disabled, onChange }: RestockChoiceProps) => {
  const id = useId();
  return (
    <div className="flex items-start gap-3 rounded-lg border border-line p-3 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        id={id}
        type="radio"
        name={name}
        data-testid={`restock-${restock}`}
        checked={checked}
        disabled={disabled}
        onChange={onChange}
        aria-describedby={`${id}-help`}
        className="mt-0.5 size-5 shrink-0 accent-(--accent)"
      />
      <div className="flex min-w-0 flex-col gap-0.5">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <p id={`${id}-help`} className="text-xs leading-relaxed text-ink-soft">
          {help}
        </p>
      </div>
    </div>
  );
};

/** Says what a cancellation does, asks why and what becomes of the tickets, and does it once. What was typed stays until it worked. */
export const CancelDialog = ({ order, sale, onCancelled, onConflict, onNo }: CancelDialogProps) => {
  const { w, problem } = useOperatorI18n();
  const tickets = useTicketsText();
  const { api, rules, check } = useSession();
  const name = useId();
  const [reason, setReason] = useState('');
  const [restock, setRestock] = useState<boolean | null>(null);
  const [fault, setFault] = useState<FieldError | null>(null);
  const [isUnchosen, setUnchosen] = useState(false);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const choices = useRef<HTMLFieldSetElement>(null);
  const rule: FieldRule = {
    ...(rules.title.kind === 'text' ? rules.title : { kind: 'text', min: 1 }),
    required: true,
    max: limits.cancelReasonCharacters,
  };
  const conflict = failure === null ? null : conflictOf(failure.code, restock === true);

  const submit = async (): Promise<void> => {
    const refused = checkField(rule, reason);
    setFault(refused);
    setUnchosen(restock === null);
    if (refused) return input.current?.focus();
    if (restock === null) return choices.current?.querySelector('input')?.focus();
    setBusy(true);
    setFailure(null);
    const why = reason.trim();
    const answer = await api.cancelOrder(order.saleId, order.purchaseId, { reason: why, restock });
    setBusy(false);
    if (!answer.ok) {
      check(answer.failure);
      setFailure(answer.failure);
      if (conflictOf(answer.failure.code, restock) !== null) onConflict();
      return;
    }
    const { value } = answer;
    const text =
      value.reason === why
        ? w(restock ? 'order.cancel.done.back' : 'order.cancel.done.out', { tickets: tickets(value.quantity) })
        : w('order.cancel.done.before', { reason: value.reason ?? '' });
    onCancelled(value, text);
  };

  const stock = sale !== null && sellsHere(sale) ? sale.stock : null;
  const helpOf = (back: boolean): string => {
    const text = w(
      back ? 'order.cancel.back.help' : 'order.cancel.out.help',
      stock === null ? { left: '–', sold: '–', total: '–' } : stockAfter(stock, order.quantity, back),
    );
    return back && sale?.status === 'closed' ? `${text} ${w('order.cancel.closed')}` : text;
  };
  return (
    <Dialog
      title={w('order.cancel.title')}
      yes={conflict === null ? w('order.cancel.yes') : null}
      no={w(conflict === null ? 'order.cancel.no' : 'order.cancel.close')}
      look="danger"
      busy={busy}
      error={failure === null ? null : conflict === null ? problem(failure) : w(conflict)}
      onYes={() => void submit()}
      onNo={onNo}
    >
      <p>{w('order.cancel.body', { tickets: tickets(order.quantity) })}</p>
      <div data-dialog-field="">
        <Field
          name="reason"
          ref={input}
          rule={rule}
          value={reason}
          error={fault}
          help={w('order.cancel.reason.help')}
          disabled={conflict !== null}
          onChange={(next) => {
            setReason(next);
            setFault(null);
          }}
        />
      </div>
      <fieldset ref={choices} aria-describedby={`${name}-error`} className="flex flex-col gap-2">
        <legend className="mb-1 text-sm font-semibold">{w('order.cancel.restock')}</legend>
        {[true, false].map((back) => (
          <RestockChoice
            key={String(back)}
            name={name}
            restock={back}
            checked={restock === back}
            label={w(back ? 'order.cancel.back' : 'order.cancel.out')}
            help={helpOf(back)}
            disabled={conflict !== null}
            onChange={() => {
              setRestock(back);
              setUnchosen(false);
            }}
          />
        ))}
        <p id={`${name}-error`} data-testid="error-restock" className="text-sm font-medium text-danger empty:hidden">
          {isUnchosen && w('order.cancel.choose')}
        </p>
      </fieldset>
    </Dialog>
  );
};
