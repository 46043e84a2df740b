import type { Hold } from '@sunbeon/contracts';

/** A hold as the purchase service writes it. */
export interface StoredHold {
  holdId: string;
  visitor: string;
  quantity: number;
  expiresAtMs: number;
}

export const holdFrom = (json: string): StoredHold | null => (json === '' ? null : (JSON.parse(json) as StoredHold));

/** The property `hold` of an answer, when there is one. */
export const holdPart = (saleId: string, hold: StoredHold | null): { hold?: Hold } =>
  hold === null
    ? {}
    : {
        hold: {
          holdId: hold.holdId,
          saleId,
          visitorId: hold.visitor,
          quantity: hold.quantity,
          expiresAt: new Date(hold.expiresAtMs).toISOString(),
        },
      };
