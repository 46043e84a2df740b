import type { OperatorSale, Sale } from '@sunbeon/contracts';
import { isReturnUrlAllowed } from '@sunbeon/contracts/return-url';

export type Stock = NonNullable<Sale['stock']>;
/** What a gate has not. */
type ShopField = 'stock' | 'perVisitorLimit' | 'holdSeconds' | 'confirmBy';
/** A sale with a stock of its own. */
export type Selling<S extends Sale | OperatorSale> = S & Required<Pick<S, Extract<keyof S, ShopField>>>;

/** Asked wherever tickets, limits or holds are spoken of. False for a gate: another shop sells there. */
export const sellsHere = <S extends Sale | OperatorSale>(sale: S): sale is Selling<S> => sale.kind !== 'gate';

/** Holds are paid in the shop, which alone confirms them. */
export const isConfirmedByShop = ({ confirmBy }: Pick<Sale, 'confirmBy'>): boolean => confirmBy === 'shop';

/** Host of the shop that people are sent to: of the address they came with where the sale allows it, else of the first entry. Null without a shop. */
export const shopHostOf = ({ returnUrls = [] }: Pick<Sale, 'returnUrls'>, wanted: string | null = null): string | null => {
  const address = wanted !== null && isReturnUrlAllowed(wanted, returnUrls) ? wanted : returnUrls[0];
  return address === undefined ? null : new URL(address).host;
};
