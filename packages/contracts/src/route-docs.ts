import type { PublicRoute, publicRoutes } from './routes.ts';

export interface RouteDoc {
  /** Effect and promise of the call, for the OpenAPI document. */
  description: string;
  /** Success status → meaning. */
  answers: Record<number, string>;
}

const page = { 200: 'A page of sales; `next` while there are more' };
const sharedForASecond = 'Shared caches may keep an answer for a second.';
const guarded = 'With `If-Match`, only if the sale still has that version, or needs no change.';
const changed = { 200: 'The sale after the change' };
const idempotent =
  'The same `Idempotency-Key` with the same body gets the same answer, with `Idempotency-Replayed: true`; with another body it is refused.';

/** One entry for each route of the catalogue. */
export const routeDocs: Record<keyof typeof publicRoutes, RouteDoc> = {
  getSales: {
    description: `Sales that are not closed, in the order of their ids. ${sharedForASecond}`,
    answers: page,
  },
  getSale: {
    description: `Title, status, stock and counts of one sale. ${sharedForASecond}`,
    answers: { 200: 'The sale' },
  },
  postQueue: {
    description:
      'Gives a place at the end of the line and a token for it, in the body and as a cookie. Sent again with the token or cookie, it returns the same place. After an end (`left`, `expired`, `purchased`) it gives a new place. In the lobby the place has no number before the draw.',
    answers: { 200: 'The place that was already taken', 201: 'A new place' },
  },
  getPlace: {
    description: 'State, position and estimate. Changes nothing. Without the live stream, ask again after `pollAfterMs` milliseconds.',
    answers: { 200: 'The place, or how it ended' },
  },
  getReceipt: {
    description:
      'A signed statement of the place: with its number, or in the lobby with the time of the join and the commitment. Keys: `getPassKeys`.',
    answers: { 200: 'The receipt' },
  },
  getLine: {
    description:
      'What everybody needs to compute their own place: `seq − frontier − departures between both`. Computed once a second; caches may keep it that long. `@sunbeon/line` does the arithmetic. `seq` ≤ `frontier`: ask `getPlace` once.',
    answers: { 200: 'The line' },
  },
  getDepartures: {
    description:
      '512 bytes. Bit `seq mod 4096` is set when that visitor left; the least significant bit of a byte comes first. The content of an address never changes. A `count` below the newest is redirected to the newest.',
    answers: { 200: 'The bitmap', 307: 'More have left: the newest address' },
  },
  getChallenge: {
    description:
      'Good for two minutes and one join, in which its solution is `proof`. `Sale.proofWanted` says whether a join needs one now; a join that lacks it gets one as `challenge` of the problem. Solver: `solveChallenge` of `@sunbeon/client`, or the widget of ALTCHA.',
    answers: { 200: 'A challenge' },
  },
  postTransfer: {
    description:
      'A link that continues this place on another device: good once, for 120 s. At most 10 a visitor and hour. Not for a sale for members: sign in there.',
    answers: { 201: 'The link, and its code' },
  },
  takeTransfer: {
    description:
      'Gives the place of another device to this one, with a token of its own, in the body and as a cookie. Both have the place from then on. After 20 wrong codes a minute from one address, further wrong ones get `rate_limited`.',
    answers: { 200: 'The place' },
  },
  makeCodes: {
    description:
      'Makes `count` codes of 10 random characters, or brings `codes`. A code that the sale has already is not changed, and is counted in `existed`. The same `Idempotency-Key` gets the same codes.',
    answers: { 201: 'The codes' },
  },
  getCodes: {
    description:
      'Codes in the order in which they were made, with their uses. As CSV (`?format=csv` or `Accept: text/csv`) all of them: `code,uses,used,label`.',
    answers: { 200: 'A page of codes; `next` while there are more' },
  },
  deleteCode: {
    description: 'Nobody joins with the code any more. Who has a place by it keeps the place.',
    answers: { 204: 'The code is taken back' },
  },
  getLogin: {
    description:
      'Sends a browser to the OpenID Connect provider of this Sunbeon, with authorization code and PKCE; for sales with `members: { login: "oidc" }`. Call it at the origin of the page, as a navigation: the cookie that it sets is needed by the way back.',
    answers: { 302: 'To the provider; to the page with `#login=unavailable` when the provider does not answer' },
  },
  getLoginCallback: {
    description:
      'The way back from the provider; registered there as `<WEB_URL>/api/login/callback`. The member token in the fragment is good for two minutes and reaches no server but in a join.',
    answers: {
      302: 'To the page of the sale with `#member=<token>`; with `#login=failed` or `#login=unavailable` without one; to the list of sales when no login was begun',
    },
  },
  getDraw: {
    description:
      'Commitment, roster, beacon and seed of the draw, each from the moment at which it is public. What it proves and how to check it: `docs/DRAW.md`.',
    answers: { 200: 'The draw' },
  },
  getDrawEntries: {
    description: 'Entries of the frozen roster, 32 bytes each, in ascending order. A page never changes, and caches may keep it.',
    answers: { 200: 'Entries' },
  },
  postClaim: {
    description:
      'Turns the claim window into the session: the deadline becomes `sessionSeconds` from now. A repeated claim changes nothing. A hold or a purchase implies it.',
    answers: { 200: 'The place, with the end of the session' },
  },
  deletePlace: {
    description:
      'Ends the place, in the line or after the admission. Held tickets return to the stock. A repeated call has no further effect.',
    answers: { 204: 'The place is given up' },
  },
  postTicket: {
    description:
      'Gives a ticket for the shop: a code that its server redeems once within 60 s. It is a claim, too. Each ticket ends the one before it; a stay has at most 20.',
    answers: { 201: 'The address to go to' },
  },
  redeemTicket: {
    description: `Changes a ticket into a pass, once; of many tries at once one gets it. The same \`Idempotency-Key\` gets the same answer for 60 s. A ticket says that somebody may come in, never who.`,
    answers: { 200: 'The pass, and the living hold if there is one' },
  },
  getPass: {
    description:
      'State of the stay, and its living hold. `completed`: the shop ended it. `expired`: its time is over, or the visitor left.',
    answers: { 200: 'The stay' },
  },
  extendPass: {
    description:
      'The stay ends `sessionSeconds` from now, never earlier than before; at most `maxExtensions` times. The same `Idempotency-Key` gets the same answer.',
    answers: { 200: 'A pass until the new end' },
  },
  completePass: {
    description: 'Ends the stay; the place inside is given to the next within two ticks. A repeated call gets the same answer.',
    answers: { 200: 'When it was completed' },
  },
  getPassKeys: {
    description:
      'The public halves of `PASS_KEYS` as a JWK Set (RFC 7517), newest first. A key is here before it signs. Caches may keep the answer for 5 minutes.',
    answers: { 200: 'All keys that verify' },
  },
  guardRequest: {
    description:
      'Judges one request of a browser for a reverse proxy (`auth_request` of nginx, `forward_auth` of Caddy, ForwardAuth of Traefik): the forwarded method, address and `Cookie`. Exactly one kind of forwarded headers is read: `X-Forwarded-*`, or `X-Original-*` where `X-Forwarded-Uri` is absent. A call without a pass gets 401 with `roomUrl`.',
    answers: {
      200: 'A good pass: `X-Sunbeon-Visitor`, `X-Sunbeon-Pass-Id` and `X-Sunbeon-Expires` (ISO 8601) describe it',
      302: 'With a good ticket: to the address without it, with the pass as a cookie. A navigation without pass and ticket: to the waiting page',
    },
  },
  postPurchase: {
    description: `Buys tickets and ends the admission: one admission allows one purchase. ${idempotent}`,
    answers: { 201: 'The purchase' },
  },
  getPurchases: { description: 'Purchases of the caller in this sale.', answers: { 200: 'All purchases, which may be none' } },
  getHolds: {
    description: 'The living hold of the caller, for a page that was loaded again.',
    answers: { 200: 'The hold, or an empty list' },
  },
  postHold: {
    description: `Reserves tickets for \`holdSeconds\`. One admission allows one living hold. ${idempotent}`,
    answers: { 201: 'The hold' },
  },
  getHold: { description: 'A living hold, by its id.', answers: { 200: 'The hold' } },
  postConfirm: {
    description:
      'Turns a hold into a purchase and ends the admission. A repeated call gets the same purchase. A shop may give its own `reference` of the order, by which operators find it.',
    answers: { 201: 'The purchase' },
  },
  deleteHold: { description: 'Ends a hold; its tickets return to the stock.', answers: { 204: 'The hold is released' } },
  createSale: {
    description: 'Without `opensAt`, or with one in the past, the sale is open at once. Settings that are left out have defaults.',
    answers: { 201: 'The sale' },
  },
  getOperatorSales: {
    description: 'All sales with all settings, in the order of their ids. `broken` names sales whose stored values cannot be read.',
    answers: page,
  },
  getStats: {
    description:
      'Current figures, totals, invariants that counts can tell, and one sample per tick of the last hour. Pass the `atMs` of the last sample as `after` to get only later ones.',
    answers: { 200: 'Figures and samples' },
  },
  getReport: {
    description:
      'Waits, no-shows, the pace that was kept and the error of the estimates over the whole sale, with one row a minute for curves. Rows are kept for 30 days after the last one, and deleted with the sale.',
    answers: { 200: 'The report' },
  },
  getOperatorSale: { description: 'Settings, totals, leader and `version` of one sale.', answers: { 200: 'The sale' } },
  changeSale: {
    description:
      'Changes the settings that are named; `null` clears a time or the message. With `If-Match`, only if the sale still has that version.',
    answers: changed,
  },
  deleteSale: {
    description: 'Deletes the sale and all its data but the audit log. Only a closed sale can be deleted.',
    answers: { 204: 'The sale is deleted' },
  },
  getAuditLog: {
    description:
      'Actions of operators, and of Sunbeon itself, on a sale: who, when, from where, what, and what it replaced. The log survives the deletion of the sale. Without `sale`: sign-ins, failed ones too, and creations of sales. A page of `operator` may be short or empty while `next` is there. Each log is kept up to a number and an age (`AUDIT_LOG_ENTRIES`, `AUDIT_LOG_DAYS`). As CSV (`?format=csv` or `Accept: text/csv`) all of them.',
    answers: { 200: 'Entries, newest first; `next` while there are more' },
  },
  getOrders: {
    description:
      'Orders, newest first. `q` finds by purchase id or its first six characters, by visitor id and by the reference of the shop, exactly as written. Orders of a sale from before orders were listed come last, in no order. A page of `q` or `state` may be short or empty while `next` is there. As CSV (`?format=csv` or `Accept: text/csv`) all of them, streamed.',
    answers: { 200: 'A page of orders; `next` while there is more' },
  },
  getOrder: { description: 'One purchase, as operators see it.', answers: { 200: 'The order' } },
  cancelOrder: {
    description:
      'Cancels a purchase that was not checked in. The limit of the visitor grows by its quantity, and with the last order the use of an access code goes back. Admissions start again by themselves after `restock: true`. Again with the same `restock`: the same answer.',
    answers: { 200: 'The cancelled order' },
  },
  checkInOrder: {
    description: 'Marks an order as used. Only the first call is 200; the same `Idempotency-Key` gets that answer again.',
    answers: { 200: 'The order, checked in now' },
  },
  planChange: {
    description: `The leader of the sale makes the change by the clock of Redis, within one tick of \`at\`, once; one that was missed is made late. The audit log names who planned it, and says when it was late or not possible. Closing the sale drops the rest. ${idempotent}`,
    answers: { 201: 'The planned change' },
  },
  getPlanned: { description: 'Those that are not done yet, next first.', answers: { 200: 'The plan' } },
  deletePlanned: { description: 'Takes a change out of the plan.', answers: { 204: 'It is not planned any more' } },
  signIn: {
    description:
      'For the console: a cookie `sunbeon-operator` for 12 hours, HttpOnly, for `/api/admin` alone. Each sign-in makes a new session, and ends the one whose cookie it came with. With the cookie, a change needs an `Origin` of `ALLOWED_ORIGINS`. After ten wrong tokens a minute from one address further wrong ones get `rate_limited`; right ones and sessions do not.',
    answers: { 200: 'Signed in; the cookie is set' },
  },
  getSession: {
    description:
      'The operator of the token or cookie. A session ends with the removal of the operator, or with a change of its role or token.',
    answers: { 200: 'The operator', 204: 'Signed out' },
  },
  signOut: {
    description: 'Ends the session of the cookie everywhere: a copy of the cookie is worth nothing afterwards.',
    answers: { 204: 'Signed out' },
  },
  startRehearsal: {
    description:
      'Makes a copy of the sale, open at once, and sends virtual people into it: they join, wait, claim and buy by the rules of the sale. The copy has its settings and its stock, but neither lobby, times, message, access codes, members, proof of work nor orders. Visitors cannot see or join it. Closing it sends its people away. It is deleted by itself 15 minutes after `minutes`.',
    answers: { 201: 'The copy' },
  },
  openSale: { description: `Opens a scheduled or closed sale: joins and admissions begin. ${guarded}`, answers: changed },
  pauseSale: { description: `Stops admissions. Joins go on, and admitted visitors may buy. ${guarded}`, answers: changed },
  resumeSale: { description: `Starts admissions of a paused sale again. ${guarded}`, answers: changed },
  closeSale: { description: `Ends joins and admissions. Admitted visitors may finish until their deadline. ${guarded}`, answers: changed },
  addStock: {
    description:
      'Adds tickets to the total; a negative `add` takes away, at most those that are left. With an `Idempotency-Key`, a repeated request changes nothing. With `If-Match`, only if the sale still has that version.',
    answers: changed,
  },
};

/** Groups of calls. */
export const tagDocs: Record<PublicRoute['tag'], string> = {
  sales: 'What is on sale. No token.',
  queue: 'The place in the line: join, read, claim, leave.',
  purchases: 'Holds and purchases of an admitted visitor.',
  passes: "The way into another shop: tickets and passes. The shop's server calls these with its key.",
  operator: "Administration of sales. An operator's token, or the cookie of `signIn`; each call needs a role of `OPERATORS`.",
};
