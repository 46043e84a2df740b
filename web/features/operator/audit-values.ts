'use client';

import type { AuditLog, InvariantState } from '@sunbeon/contracts';
import { isOperatorKey } from '../../lib/i18n/operator-messages.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';
import { useSaid } from './use-said.ts';

export type AuditEntry = AuditLog['entries'][number];

/** Values that are a setting of another name, or none. */
const labelKeys: Record<string, string> = {
  status: 'sales.column.status',
  total: 'field.stock',
  state: 'orders.column.state',
  rehearsal: 'rehearsal.badge',
  rehearsalOf: 'rehearsal.ofSale',
  rehearsalUntil: 'rehearsal.until',
  arrivalSeconds: 'field.arrival',
  noShowRate: 'field.noShows',
};
const times = new Set(['lobbyOpensAt', 'opensAt', 'closesAt', 'rehearsalUntil']);
const texts = new Set(['title', 'message', 'reason', 'label', 'saleId', 'rehearsal', 'rehearsalOf']);
/** Shown as per cent, as the form of a rehearsal has them. */
const shares = new Set(['conversion', 'noShowRate']);

/** Names and values of an audit log's entry, in the reader's words. */
export const useAuditValues = () => {
  const { w, number, moment } = useOperatorI18n();
  const saidOf = useSaid();
  return {
    /** The people of a rehearsal are one value of its creation. */
    pairsOf: ({ rehearsalPlan, ...values }: Record<string, unknown>): [string, unknown][] =>
      Object.entries(typeof rehearsalPlan === 'string' ? { ...values, ...(JSON.parse(rehearsalPlan) as object) } : values),
    labelOf: (name: string): string => {
      const key = labelKeys[name] ?? `field.${name}`;
      return isOperatorKey(key) ? w(key) : name;
    },
    actionOf: (action: string): string => {
      const key = `auditLog.${action}`;
      return isOperatorKey(key) ? w(key) : action;
    },
    whoOf: (operator: string): string => (operator === 'sunbeon' ? w('auditLog.self') : operator === '' ? w('auditLog.nobody') : operator),
    /** Why a change was made that no operator made. */
    reasonOf: (detail: object): string | undefined => {
      const { why, said } = detail as { why?: string; said?: InvariantState['said'] };
      return (said === undefined ? null : saidOf(said)) ?? why;
    },
    textOf: (name: string, value: unknown): string => {
      if (name === 'returnUrls' && typeof value === 'string' && value.startsWith('[')) return (JSON.parse(value) as string[]).join(', ');
      const choice = `choice.${name}.${String(value)}`;
      // The choices of a status are what is done to a sale.
      for (const key of [...(name === 'status' ? [] : [choice]), `${name}.${String(value)}`, `orders.${name}.${String(value)}`])
        if (isOperatorKey(key)) return w(key);
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      if (text === '') return w('auditLog.cleared');
      if (times.has(name)) return Number.isFinite(Number(text)) ? moment(new Date(Number(text)).toISOString()) : text;
      if (shares.has(name)) return number(Number(text) * 100, 2);
      return /^\d+(\.\d+)?$/.test(text) && !texts.has(name) ? number(Number(text), 6) : text;
    },
  };
};
