import { attempt } from './storage.ts';

/**
 * Where the shop wants its visitor back, as the address of this page says it (`?returnUrl=`). Kept in this browser for a tab that was opened without it.
 * It is a stranger's text: it is sent to the server when a ticket is asked for and goes nowhere else. Only the address that the server answers is gone to.
 */
const keyOf = (saleId: string): string => `sunbeon:return:${saleId}`;

/** Null for none; of several the first counts. */
export const returnAddressIn = (search: string): string | null => new URLSearchParams(search).get('returnUrl');

/** Where storage is full or refused, the address of the page still has it. */
export const rememberReturnAddress = (saleId: string, address: string): void =>
  attempt(() => localStorage.setItem(keyOf(saleId), address), undefined);

/** What the page's own address says counts more than what an earlier one said. */
export const returnAddressOf = (saleId: string): string | null =>
  returnAddressIn(window.location.search) ?? attempt(() => localStorage.getItem(keyOf(saleId)), null);

export const forgetReturnAddress = (saleId: string): void => attempt(() => localStorage.removeItem(keyOf(saleId)), undefined);
