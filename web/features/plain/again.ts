import type { Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { allowanceOf, boughtBy, mayJoin } from '../waiting/view.ts';
import type { MessageKey } from '../../lib/i18n/messages.ts';
import type { PlainKey } from '../../lib/i18n/plain.ts';
import { needsScript } from './join-form.tsx';
import { takesJoins, type CodeField } from './plain-join.tsx';

/** What the page of the place knows of this browser: `none` without a place, `away` without an answer. */
export type PlaceState = Visitor['state'] | 'none' | 'away';

/** States after which a visitor may join again. */
const overs: readonly PlaceState[] = ['left', 'expired', 'completed', 'purchased', 'none'];
export const isOver = (state: PlaceState): boolean => overs.includes(state);

export interface Again {
  /** The form is shown. */
  joins: boolean;
  /** Of the texts of pages without scripts, or of the shared ones. */
  text: { plain: PlainKey } | { shared: MessageKey; count: number } | null;
}

/** What a visitor has bought; null where that could not be read. */
export type Bought = readonly Purchase[] | null;

/**
 * Whether this visitor may join on the page of the place, and what that page says of it. The cookie proves no place, which it outlives; but without one a
 * place that was just taken was not kept, and each join would make another: the way leads to the page of the sale.
 */
export const againOf = (state: PlaceState, sale: Sale, bought: Bought, hasCookie: boolean): Again => {
  const facts = { sale, purchases: bought ?? [] };
  if (!isOver(state) || (state === 'none' && !hasCookie)) return { joins: false, text: null };
  if (!takesJoins(sale)) return { joins: false, text: state === 'purchased' ? null : { plain: 'again.shut' } };
  if (!mayJoin(facts)) return { joins: false, text: { shared: 'purchased.already', count: boughtBy(facts) } };
  if (needsScript(sale)) return { joins: false, text: { plain: 'again.script' } };
  // How many more is not known.
  if (state === 'purchased' && bought === null) return { joins: false, text: null };
  if (state === 'purchased') return { joins: true, text: { shared: 'purchased.again', count: allowanceOf(facts) } };
  return { joins: true, text: { plain: sale.status === 'lobby' ? 'again.lobby' : 'again.body' } };
};

/** With a purchase one may join again without another code. A cancelled one gives it back; the field stays for that, and where nothing is known. */
export const codeFieldOf = (visitor: Pick<Visitor, 'state' | 'outcome'> | null, bought: Bought): CodeField =>
  bought === null || boughtBy({ purchases: bought }) > 0 || visitor?.state === 'purchased' || visitor?.outcome === 'purchased'
    ? 'optional'
    : 'required';
