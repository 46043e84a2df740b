import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn in bulk: one call per id would cost more than everything else that a gateway does for a join. */
const pool = Buffer.alloc(4_096);
const idBytes = 16;
let used = pool.length;

/** 128 random bits: issued by the server, never chosen by a client, not guessable. */
const randomId = (): string => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += idBytes;
  return pool.toString('base64url', used - idBytes, used);
};

/** The secret part of a ticket, and what tells the pass ids of a sale apart. */
export const newTicketCode = (): string => randomId();
/** The code of a link to another device. */
export const newTransferCode = (): string => randomId();
export const newVisitorId = (): string => randomId();
export const newPurchaseId = (): string => `p_${randomId()}`;
export const newHoldId = (): string => `h_${randomId()}`;
export const newPlannedId = (): string => `pl_${randomId()}`;
