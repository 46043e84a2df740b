import { nanoid } from 'nanoid';

/** A sale id: 1–40 of `a-z 0-9 _ -`, beginning with a letter or digit. Braces can never enter a Redis key. */
export const saleIdPattern = '^[a-z0-9][a-z0-9_-]{0,39}$';
const saleId = new RegExp(saleIdPattern);

export const isSaleId = (text: string): boolean => saleId.test(text);

/** 132 random bits in 22 characters: issued by the server, never chosen by a client, never guessed. */
const randomId = (): string => nanoid(22);

export const newVisitorId = (): string => randomId();
export const newPurchaseId = (): string => `p_${randomId()}`;
export const newHoldId = (): string => `h_${randomId()}`;
