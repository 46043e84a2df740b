import { errorCatalogue, type ErrorCode } from './errors.ts';

/** Cause of each code, and the client's remedy. Source of `docs/ERRORS.md` and of the gateway's page. */
export const errorDocs: Record<ErrorCode, { when: string; action: string }> = {
  invalid_request: {
    when: 'The path, query, headers or body break a rule of the OpenAPI document, or the bytes are not valid HTTP. `errors` names every fault of the refused part.',
    action: 'Correct the request. Nothing was changed.',
  },
  return_url_not_allowed: {
    when: '`returnUrl` is not an address below one of the `returnUrls` of the sale, or is written in a way that servers read differently.',
    action: 'Leave it out, or add its origin and path to `returnUrls`.',
  },
  invalid_token: {
    when: 'The token is missing, altered, expired, or belongs to another sale; for operators, the operator token is missing or wrong.',
    action:
      'Visitors: join again if the place is known to be lost. Operators: sign in again, or check the token in `OPERATORS` and `ADMIN_TOKEN`.',
  },
  member_required: {
    when: 'The sale has `identity: member`, and the join has no member token; or the place of a member was to be moved to another device.',
    action: 'Sign in at `loginUrl` where the problem has it, else at the shop; both lead back with a member token.',
  },
  invalid_member: {
    when: 'The member token is not signed by a key of the sale, or its issuer, audience, type or time is wrong.',
    action: 'Get a new one at the login; it is good for minutes.',
  },
  pass_required: {
    when: 'The guard was asked about a request without a good pass that is no navigation.',
    action: 'Send the visitor to `roomUrl`.',
  },
  not_admitted: {
    when: 'The visitor is not inside: still waiting, already finished, or past the deadline.',
    action: 'Read the place (`getPlace`) and wait for the turn.',
  },
  origin_not_allowed: {
    when: 'The `Origin` of the request is not in `ALLOWED_ORIGINS`; or the live stream was asked for with neither an `Origin` nor a bearer token.',
    action:
      'Call from an allowed origin, or add the origin to the setting of the gateway. Live stream outside a browser: offer the subprotocol `bearer.<token>`.',
  },
  role_required: {
    when: 'The operator has a smaller role than the call needs, or than a setting in the body needs. Nothing of the body was changed.',
    action: 'Ask an operator with the role that `detail` names. Roles are in `OPERATORS`.',
  },
  wrong_gate: {
    when: 'A proxy asked the guard about an address outside the `returnUrls` of the sale.',
    action: 'Point the proxy at the right sale, or add the address to `returnUrls`.',
  },
  confirm_by_shop: {
    when: 'The sale has `confirmBy: shop`: the visitor cannot confirm, release, buy directly, or leave while a hold lives.',
    action: 'Go to the shop and pay there.',
  },
  proof_required: {
    when: 'The sale asks for a proof of work now, and the join has none.',
    action: 'Solve `challenge`, or one of `getChallenge`, and join with it as `proof`.',
  },
  proof_invalid: {
    when: 'The proof is not the solution of a challenge of this sale, is older than two minutes, or was used before.',
    action: 'Get a new challenge and solve it.',
  },
  code_invalid: {
    when: 'The code is missing, unknown, taken back or used up; or a code for another device is unknown, used or too old.',
    action: 'Check the code. Case, spaces and hyphens do not matter; `O` is `0`, `I` and `L` are `1`.',
  },
  not_in_queue: { when: 'The token is valid, but the sale knows no place of this visitor.', action: 'Join.' },
  sale_not_found: { when: 'No sale has this id, or it was deleted.', action: 'Check the id.' },
  hold_not_found: { when: 'The hold never existed, belongs to another visitor, was released, or expired.', action: 'Make a new hold.' },
  ticket_not_found: {
    when: 'The ticket is unknown, used, replaced by a newer one, older than 60 s, or of a stay that is over.',
    action: 'Send the visitor to the waiting page, which gives a new one while the stay lasts.',
  },
  order_not_found: {
    when: 'No purchase of this sale has the id.',
    action: 'Search by `q` of `getOrders`; it finds the first six characters, too.',
  },
  planned_not_found: {
    when: 'The plan of the sale has no change with the id: it was done, taken back, or dropped as the sale closed.',
    action: 'List the planned changes; the audit log says which were done.',
  },
  code_not_found: { when: 'The sale has no access code of this text.', action: 'List the codes of the sale.' },
  no_challenge: {
    when: 'The sale has `proofOfWork: off`.',
    action: 'Join without a proof.',
  },
  no_login: {
    when: 'The sale does not have `members: { login: "oidc" }`, or this Sunbeon has no `OIDC_ISSUER`.',
    action: 'Get the member token from the login of the shop.',
  },
  no_departures: {
    when: 'The address of a block of departures has another generation, a block that no seq has reached, or a count that this gateway has not seen yet.',
    action: 'Keep the last place until the next answer of `getLine`, and use the address that follows from it.',
  },
  no_draw: {
    when: 'The sale has no draw, or no roster of that root and page yet.',
    action: 'Read `getDraw`; entries exist from the phase `frozen` on.',
  },
  pass_not_found: { when: 'No pass has this id.', action: 'Use the `passId` of the redemption.' },
  route_not_found: { when: 'No call has this address.', action: 'Compare the address with the OpenAPI document.' },
  method_not_allowed: {
    when: 'The address exists, but not for this method. The `Allow` header lists the methods that exist.',
    action: 'Use one of them.',
  },
  request_timeout: {
    when: 'Headers or body did not arrive in time (10 s and 15 s).',
    action: 'Send the request again on a new connection.',
  },
  sale_not_open: {
    when: 'Joins: the sale is scheduled or closed. Tickets for the shop and extensions of stays: the sale is closed.',
    action: 'Wait for `opensAt`, or for the operator. Existing stays, holds and passes stay valid until their end.',
  },
  sold_out: { when: 'Everything is sold and nothing is on hold.', action: 'Nothing to do unless the operator adds stock.' },
  insufficient_stock: {
    when: 'Fewer tickets are free than were asked for, or than an operator takes away. Tickets on hold may return.',
    action: 'Ask for fewer, or try again later.',
  },
  limit_exceeded: {
    when: 'The quantity, with what the visitor bought and holds, is more than `perVisitorLimit`; or the stay had all its tickets or extensions.',
    action: 'Ask for fewer, or confirm or release the hold first.',
  },
  sale_is_gate: {
    when: 'A purchase, hold or stock was asked of a sale of `kind: gate`.',
    action: 'Send the visitor to the shop (`getTicket`).',
  },
  no_return_url: { when: 'The sale has no `returnUrls`.', action: 'Buy here, or set `returnUrls`.' },
  pass_is_live: {
    when: 'The visitor wants to leave after the shop redeemed the ticket, or a sale is deleted before the last pass signed for it is over.',
    action: 'Let the shop complete the stay; delete the sale later.',
  },
  pass_ended: { when: 'The stay of the pass is over by time.', action: 'Send the visitor to the waiting page.' },
  already_completed: { when: 'The pass was completed, with another outcome.', action: 'Read the pass (`getPass`).' },
  hold_not_confirmed: {
    when: 'A stay of a sale with `confirmBy: shop` was completed as purchased before its hold was confirmed.',
    action: 'Confirm the hold (`confirmHold`) with the shop key first.',
  },
  already_cancelled: {
    when: 'The order was cancelled before, with the other value of `restock`.',
    action: 'Read the order. To change the stock, use `addStock`.',
  },
  already_checked_in: {
    when: 'The order was checked in before: `checkedInAt` says when. It cannot be checked in again, nor cancelled.',
    action: 'At the door: do not let in twice. Repeat a lost call with its own `Idempotency-Key`.',
  },
  order_cancelled: { when: 'A cancelled order is checked in.', action: 'Do not let in; the order says when it was cancelled.' },
  sale_exists: { when: '`createSale` names an id that is taken.', action: 'Choose another id, or change the existing sale.' },
  too_many_rehearsals: {
    when: 'The installation has three rehearsals. Closed ones count until they are deleted.',
    action: 'Wait for an automatic deletion, or close and delete one.',
  },
  sale_not_closed: { when: '`deleteSale` names a sale that is not closed.', action: 'Close the sale first.' },
  invalid_transition: {
    when: 'The sale cannot go from its status to the requested one, for example resuming a closed sale.',
    action: 'Read the status; `openSale` opens a closed sale again.',
  },
  draw_fixed: {
    when: 'The lobby was opened, or the sale, and the change names `lobbyOpensAt`, `lobbyOrder` or `drawBeacon`.',
    action: 'Leave them out. `opensAt` may still move while the lobby is open.',
  },
  version_conflict: {
    when: '`If-Match` names another version than the sale has: another operator changed settings, status or stock.',
    action: 'Read the sale, apply the change to the new version, send it again.',
  },
  payload_too_large: { when: 'The body is larger than 8 KB.', action: 'Send a smaller body.' },
  uri_too_long: { when: 'A part of the path is longer than 200 characters.', action: 'Check the id in the path.' },
  unsupported_media_type: {
    when: 'The request has a body that is not `application/json`.',
    action: 'Send JSON and say so in `Content-Type`.',
  },
  expectation_failed: { when: 'The `Expect` header asks for something other than `100-continue`.', action: 'Leave the header out.' },
  idempotency_conflict: { when: 'The same `Idempotency-Key` came before with another request.', action: 'Use a new key for a new intent.' },
  upgrade_required: {
    when: 'The stream was asked for without a valid WebSocket handshake (version 13).',
    action: 'Open it as a WebSocket, or poll `getPlace`. `detail` names the header that is missing.',
  },
  rate_limited: {
    when: 'Too many joins, too many wrong tokens of operators, or too many wrong shop keys came from one address.',
    action: 'Wait as long as `Retry-After` says.',
  },
  headers_too_large: { when: 'The headers are larger than 16 KB, often because of cookies.', action: 'Send fewer or smaller headers.' },
  sale_unreadable: {
    when: 'A stored value or key of the sale was damaged, for example by hand. The list of all sales names it.',
    action: 'Repair the value named by `getOperatorSales`, or delete the keys of the sale.',
  },
  internal_error: {
    when: 'A fault of the server. It is logged with the request.',
    action: 'Report it. An operation with an `Idempotency-Key` may be repeated with the same key.',
  },
  unavailable: {
    when: 'Redis or a service is away or busy. The outcome of a change may be unknown; `detail` says so.',
    action: 'Wait as long as `Retry-After` says, then send the same request with the same key.',
  },
};

const codes = (): ErrorCode[] => Object.keys(errorCatalogue) as ErrorCode[];
const again = (code: ErrorCode): string => (errorCatalogue[code].retryable ? 'yes' : 'no');

/** `docs/ERRORS.md`. */
export const errorsMarkdown = (): string => `# Errors

Every refusal is an RFC 9457 problem document (\`application/problem+json\`) with \`type\`, \`title\`, \`status\`, \`code\` and mostly \`detail\`.
\`type\` is the address of the paragraph below, relative to the API (\`/docs/errors#<code>\`). Where a request breaks rules, \`errors\` lists every
fault as \`{ path, detail }\`: \`path\` is a JSON pointer into the body (\`/quantity\`), or \`query/…\`, \`header/…\`, \`path/…\` with the name; at most 100.
*Retryable* means that the same request may succeed later. This page is made from the catalogue: \`npm run docs:errors\`.
${codes()
  .map(
    (code) => `
## ${code}

${errorCatalogue[code].status}: ${errorCatalogue[code].title}. Retryable: ${again(code)}.

- **When**: ${errorDocs[code].when}
- **What to do**: ${errorDocs[code].action}
`,
  )
  .join('')}`;

const html = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/`([^`]+)`/g, '<code>$1</code>');

/** The same as an HTML page: the target of a problem's `type`. */
export const errorsPage = (): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sunbeon: errors</title>
<h1>Errors</h1>
<p>Every refusal is an RFC 9457 problem document. Retryable means that the same request may succeed later.</p>
${codes()
  .map(
    (code) =>
      `<section id="${code}"><h2>${code}</h2><p>${errorCatalogue[code].status}: ${html(errorCatalogue[code].title)}. Retryable: ${again(code)}.</p><p><b>When</b>: ${html(errorDocs[code].when)}</p><p><b>What to do</b>: ${html(errorDocs[code].action)}</p></section>`,
  )
  .join('\n')}
</html>
`;
