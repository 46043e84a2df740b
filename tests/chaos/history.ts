import type { ServerMessage, TypeOf } from '@sunbeon/contracts';

/** A client's knowledge of one call: done, refused, or unknown. */
export type Outcome = 'ok' | 'refused' | 'unknown';
export interface Join {
  visitor: string | null;
  seq: number | null;
  fresh: boolean;
  sentAt: number;
  ackedAt: number;
  outcome: Outcome;
}
export interface Buy {
  visitor: string;
  key: string;
  quantity: number;
  outcome: Outcome;
  purchaseId: string | null;
  code: string | null;
}
/** One WebSocket connection of a visitor, as the browser saw it. */
export interface Listening {
  visitor: string;
  after: number | null;
  frames: { id: number | null; type: ServerMessage['type'] }[];
}
/** A ticket for the shop, as its visitor got it. `endedAt`: when a newer one, or the visitor's departure, was acknowledged. */
export interface Ticket {
  ticket: string;
  visitor: string;
  endedAt: number;
}
/** One attempt of a shop to change a ticket into a pass. */
export interface Redeeming {
  ticket: string;
  key: string;
  sentAt: number;
  outcome: Outcome;
  value: TypeOf<'Redemption'> | null;
}
/** One attempt of a shop to lengthen or end a stay, or a look at it. */
export interface Extending {
  passId: string;
  key: string;
  outcome: Outcome;
  code: string | null;
  value: { pass: string; expiresAt: string } | null;
}
export interface Completing {
  passId: string;
  end: 'purchased' | 'abandoned';
  ackedAt: number;
  outcome: Outcome;
  code: string | null;
  completedAt: string | null;
}
export interface Reading {
  passId: string;
  sentAt: number;
  outcome: Outcome;
  state: TypeOf<'PassStatus'>['state'] | null;
}

/** One join of a sale that asks for a challenge and a code. */
export interface Entering {
  key: string;
  /** Signature of the challenge. */
  challenge: string;
  code: string;
  visitor: string | null;
  seq: number | null;
  token: string | null;
  outcome: Outcome;
  why: string | null;
}
/** A way of a place to another device, and all who tried to take it. */
export interface Moving {
  visitor: string;
  takes: { outcome: Outcome; visitor: string | null }[];
}

/** One attempt of an operator to cancel an order or to check it in. `key`: calls of the same key are the same call. */
export interface OrderChange {
  purchaseId: string;
  change: 'restock' | 'remove' | 'check in';
  key: string;
  outcome: Outcome;
  code: string | null;
  order: TypeOf<'Order'> | null;
}

/** Everything all clients received, in that order. */
export interface History {
  joins: Join[];
  buys: Buy[];
  listenings: Listening[];
  tickets: Ticket[];
  redeemings: Redeeming[];
  extendings: Extending[];
  completings: Completing[];
  readings: Reading[];
  enterings: Entering[];
  movings: Moving[];
  orders: OrderChange[];
  calls: Record<Outcome, number>;
  /** Answers that no client should ever see: 500s, malformed bodies. */
  scandals: string[];
}

export const newHistory = (): History => ({
  joins: [],
  buys: [],
  listenings: [],
  tickets: [],
  redeemings: [],
  extendings: [],
  completings: [],
  readings: [],
  enterings: [],
  movings: [],
  orders: [],
  calls: { ok: 0, refused: 0, unknown: 0 },
  scandals: [],
});
