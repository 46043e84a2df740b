import type { OperatorSale, Sale } from '@sunbeon/contracts';
import { urlOf } from '@sunbeon/contracts/return-url';

export type Stock = NonNullable<Sale['stock']>;
/** What a gate has not. */
type ShopField = 'stock' | 'perVisitorLimit' | 'holdSeconds' | 'confirmBy';
/** A sale with a stock of its own. */
export type Selling<S extends Sale | OperatorSale> = S & Required<Pick<S, Extract<keyof S, ShopField>>>;

/** Asked wherever tickets, limits or holds are spoken of. False for a gate: another shop sells there. */
export const sellsHere = <S extends Sale | OperatorSale>(sale: S): sale is Selling<S> => sale.kind !== 'gate';

/** Whether admissions of this sale are still possible: else nobody waits for anything, whoever is in the line. */
export const hasLine = ({ status, soldOut }: Pick<Sale, 'status' | 'soldOut'>): boolean => status !== 'closed' && !soldOut;

/** Holds are paid in the shop, which alone confirms them. */
export const isConfirmedByShop = ({ confirmBy }: Pick<Sale, 'confirmBy'>): boolean => confirmBy === 'shop';

/**
 * Host of the shop that people are sent to: of the address they came with where it lies below an entry, else of the first entry. Null without a shop. A
 * label, always of an entry: the service judges the address itself, by a rule whose code is too heavy for this page.
 */
export const shopHostOf = ({ returnUrls = [] }: Pick<Sale, 'returnUrls'>, wanted: string | null = null): string | null => {
  const to = wanted === null ? null : urlOf(wanted);
  const isBelow = (entry: string): boolean => {
    const at = urlOf(entry);
    return at !== null && to !== null && to.origin === at.origin && `${to.pathname}/`.startsWith(`${at.pathname.replace(/\/$/, '')}/`);
  };
  return urlOf(returnUrls.find(isBelow) ?? returnUrls[0] ?? '')?.host ?? null;
};
