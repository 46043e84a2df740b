import { isoOfMs, type AuditLog } from '@sunbeon/contracts';
import { csvRecord, type Actor } from '@sunbeon/runtime';

export type Entry = AuditLog['entries'][number];
type Values = Record<string, unknown>;

const valuesOf = (text: string): Values | null => {
  if (text === '') return null;
  const values: unknown = JSON.parse(text);
  return typeof values === 'object' && values !== null && !Array.isArray(values) ? (values as Values) : null;
};

/** Those of which both sides differ. */
const changed = (values: Values, other: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== other[name]));

/** Before and after of actions that store only what they did. */
const derived = (action: string, { add, total }: Values): [Values, Values] | null => {
  if (action === 'add_stock' && typeof add === 'number' && typeof total === 'number') return [{ total: total - add }, { total }];
  return action === 'cancel_order' ? [{ state: 'paid' }, { state: 'cancelled' }] : null;
};

/** An entry as it is shown; null for an unreadable one, which must not hide the others. */
export const entryOf = (fields: readonly string[]): Entry | null => {
  const field = (name: string): string => {
    for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] === name) return fields[i + 1]!;
    return '';
  };
  try {
    const { operator, address } = JSON.parse(field('by')) as Actor;
    const action = field('action');
    const detail = valuesOf(field('detail'));
    const at = isoOfMs(Number(field('at') || Number.NaN));
    if (at === null || typeof operator !== 'string' || typeof address !== 'string' || detail === null) return null;
    const [before, after] = [valuesOf(field('before')), valuesOf(field('after'))];
    const both = before && after ? ([changed(before, after), changed(after, before)] as const) : derived(action, detail);
    return { at, action, operator, address, detail, ...(both ? { before: both[0], after: both[1] } : {}) };
  } catch {
    return null;
  }
};

const json = (values: object | undefined): string => (values === undefined ? '' : JSON.stringify(values));
export const csvHead = csvRecord(['at', 'sale', 'action', 'operator', 'address', 'before', 'after', 'detail']);
/** One line of the CSV. `saleId`: '' for a log of the installation. */
export const csvOf = (saleId: string, { at, action, operator, address, before, after, detail }: Entry): string =>
  csvRecord([at, saleId, action, operator, address, json(before), json(after), json(detail)]);
