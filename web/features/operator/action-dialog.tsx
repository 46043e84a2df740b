'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useRef, useState, type ReactNode } from 'react';
import { sellsHere } from '../../lib/sale-kind.ts';
import { newKey } from '../../lib/new-key.ts';
import type { OperatorAnswer, OperatorFailure } from '../../lib/operator-api.ts';
import type { ActionName } from './actions.ts';
import { ConflictNote, readConflict, type Conflict } from './conflict.tsx';
import { Dialog } from './dialog.tsx';
import { checkField, numberOf, textOf, valueOf, type FieldError, type FieldName } from './field-rules.ts';
import { Field } from './field.tsx';
import { useSession } from './session.tsx';
import type { Act } from './use-sale.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';
import { WarningsList } from './warnings-list.tsx';
import { stockWarnings } from './warnings.ts';

interface ActionDialogProps {
  name: ActionName;
  sale: OperatorSale;
  act: Act;
  onDone: () => void;
}

/** The input of an action. */
const fieldOf: Partial<Record<ActionName, FieldName>> = { stock: 'stock', pace: 'admitPerSecond', cap: 'activeLimit', message: 'message' };
const initialOf = (name: ActionName, sale: OperatorSale): string =>
  name === 'pace'
    ? textOf(sale.admitPerSecond)
    : name === 'cap'
      ? String(sale.activeLimit)
      : name === 'message'
        ? (sale.message ?? '')
        : '';

/** A gate has none, and no action that asks for it. */
const stockOf = (sale: OperatorSale): { total: number; left: number } => (sellsHere(sale) ? sale.stock : { total: 0, left: 0 });

/** Says what will happen, asks for what it needs, and does it once. */
export const ActionDialog = ({ name, sale, act, onDone }: ActionDialogProps) => {
  const { w, problem } = useOperatorI18n();
  const { api, rules } = useSession();
  const [text, setText] = useState(() => initialOf(name, sale));
  const [fault, setFault] = useState<FieldError | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const [busy, setBusy] = useState(false);
  // The sale that the operator saw: a change is for that version, whatever the page has read since.
  const [base, setBase] = useState(sale);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  // One intent, one key: a repeated answer, or a second click, adds no second time.
  const [key] = useState(newKey);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const field = fieldOf[name];
  const { total, left } = stockOf(sale);
  const rule =
    field === undefined
      ? null
      : name === 'stock'
        ? { ...rules.stock, kind: 'integer' as const, min: -left, max: 'max' in rules.stock ? rules.stock.max : 1 }
        : rules[field];
  const value = numberOf(text);
  const isTaking = name === 'stock' && value < 0;
  const isGood = rule !== null && checkField(rule, text) === null;
  const stats = {
    waiting: sale.waiting,
    active: sale.active,
    pace: sale.admitPerSecond,
    cap: sale.activeLimit,
    total,
    left,
    lobby: sale.lobby,
  };

  const check = (): FieldError | null => {
    if (rule === null) return null;
    const refused = checkField(rule, text);
    if (name === 'stock' && Number.isInteger(value) && value < -left) return { key: 'rule.stock.left', values: { left } };
    if (refused) return refused;
    if (name === 'stock' && value === 0) return { key: 'rule.stock.change' };
    if (name !== 'stock' && text.trim() === initialOf(name, sale)) return { key: 'act.unchanged' };
    if (name === 'stock' && rule.kind === 'integer' && total + value > rule.max) return { key: 'rule.total', values: { max: rule.max } };
    return null;
  };

  const call = (): Promise<OperatorAnswer<OperatorSale>> => {
    switch (name) {
      case 'stock':
        return api.addStock(sale.saleId, base.version, value, key);
      case 'pace':
        return api.change(sale.saleId, base.version, { admitPerSecond: value });
      case 'cap':
        return api.change(sale.saleId, base.version, { activeLimit: value });
      case 'message':
        return api.change(sale.saleId, base.version, { message: valueOf(rules.message, text) as string | null });
      default:
        return api.status(sale.saleId, base.version, name);
    }
  };
  const isClearing = name === 'message' && text.trim() === '';

  const submit = async (): Promise<void> => {
    const refused = check();
    setFault(refused);
    if (refused) return input.current?.focus();
    setBusy(true);
    setFailure(null);
    const answer = await act(call, (after) =>
      isClearing
        ? w('act.message.cleared')
        : (name === 'open' || name === 'pause') && after.status === 'drawing'
          ? w(`act.${name}.done.drawing`)
          : w(isTaking ? 'act.stock.done.take' : `act.${name}.done`, {
              total: stockOf(after).total,
              pace: after.admitPerSecond,
              cap: after.activeLimit,
            }),
    );
    if (!answer.ok && answer.failure.code === 'version_conflict') {
      const found = await readConflict(api, base);
      if (found !== null) {
        setBase(found.sale);
        setConflict(found);
      }
    }
    setBusy(false);
    if (answer.ok) onDone();
    else setFailure(answer.failure);
  };

  const notes: ReactNode[] = [];
  if (name === 'open' && sale.status === 'closed') notes.push(w('act.open.reopen', stats));
  const isUndrawn = sale.lobbyOrder === 'random' && sale.lobby > 0;
  if (name === 'open' && sale.status === 'lobby') notes.push(w(isUndrawn ? 'act.open.draw' : 'act.open.lobby', stats));
  if (name === 'pause' && sale.status === 'lobby') notes.push(w('act.pause.lobby'));
  if (name === 'pause' && sale.status === 'drawing') notes.push(w('act.pause.drawing'));
  if (name === 'close' && isUndrawn) notes.push(w('act.close.undrawn', stats));
  if (name === 'stock' && isGood && value !== 0) {
    const after = { change: Math.abs(value), total: total + value, left: left + value };
    notes.push(w(isTaking ? 'act.stock.after.take' : 'act.stock.after', after));
    if (left === 0 && sale.status === 'open') notes.push(w('act.stock.again'));
    if (after.left === 0) notes.push(w('act.stock.none', stats));
  }
  if (name === 'pace' && isGood && sale.waiting > 0)
    notes.push(w('act.pace.after', { ...stats, minutes: Math.max(1, Math.ceil(sale.waiting / value / 60)) }));
  if (name === 'cap' && isGood && value < sale.active) notes.push(w('act.cap.below', { over: sale.active - value }));

  return (
    <Dialog
      title={w(`act.${name}.title`)}
      yes={isClearing ? w('act.message.clear') : w(isTaking ? 'act.stock.yes.take' : `act.${name}.yes`)}
      look={name === 'close' || isTaking ? 'danger' : 'primary'}
      busy={busy}
      error={failure && (failure.code === 'insufficient_stock' ? w('act.stock.insufficient', { left }) : problem(failure))}
      onYes={() => void submit()}
      onNo={onDone}
    >
      {conflict !== null && <ConflictNote {...conflict} />}
      <p>{w(`act.${name}.body`, stats)}</p>
      {rule !== null && field !== undefined && (
        <div data-dialog-field="">
          <Field
            name={name === 'stock' ? 'add' : field}
            ref={input}
            rule={rule}
            value={text}
            error={fault}
            help={w(name === 'stock' ? 'field.add.help' : `field.${field}.help`, { left })}
            onChange={(next) => {
              setText(next);
              setFault(null);
            }}
          />
        </div>
      )}
      {notes.map((note, i) => (
        <p key={i} className="rounded-lg bg-sunken px-3 py-2 text-ink">
          {note}
        </p>
      ))}
      {name === 'pace' && isGood && sellsHere(sale) && <WarningsList warnings={stockWarnings(total, value)} />}
    </Dialog>
  );
};
