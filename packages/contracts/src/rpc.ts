/** State of a gateway that Redis lacks. Totals since the start of the process, so that a repeated report changes nothing. */
export interface GatewayReport {
  /** The gateway's instance. */
  gateway: string;
  /** Open connections of the sale. */
  browsers: number;
  /** Completed estimates, and the sum of their errors in seconds. */
  estimates: number;
  errorSeconds: number;
  /** Refusals by limits of load in the last minute, of all sales; absent in reports of older gateways. */
  refused?: number;
}

/** One element of a batched RPC from gateway to service: its own sale, token and input. */
export interface RpcItem {
  saleId: string;
  /** The caller's token, unverified; the service verifies it. */
  token?: string;
  /** Operation id of a join without a token: a repeated one gives the same place. Made by the gateway, never by a client. */
  operation?: string;
  /** Joins: what the sale may ask for, ASCII; see entrance.ts of the gateway. */
  proof?: string;
  member?: string;
  code?: string;
  /** Joins: the address has joined too often; only a right code or member token gives a new place. */
  isLimited?: true;
  /** Purchases and joins. */
  idempotencyKey?: string;
  quantity?: number;
  /** Redemptions only: the ticket, and what names this try: a lost answer is asked for again. */
  ticket?: string;
  redemption?: string;
  /** Reports only: what one gateway sees of the sale. */
  report?: GatewayReport;
  /** W3C traceparent of the caller's request, when traced. */
  trace?: string;
  /** Names the caller's request in log lines. */
  requestId?: string;
}

/** What a service answers to one element; `body` is what the caller gets, picked by the schema of its status. */
export interface RpcResult {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** Joins: the token of the body, for the cookie. */
  token?: string;
}
/** The same as it crosses: the body as JSON, which the gateway passes on as it came. */
export interface RpcResponse extends Omit<RpcResult, 'body'> {
  text: string;
}

/** Head of an answer: all but the body; a mere status when there is nothing else. */
type Head = number | Omit<RpcResult, 'body'>;
const headOf = ({ status, headers, token }: RpcResponse): Head =>
  headers === undefined && token === undefined
    ? status
    : { status, ...(headers ? { headers } : {}), ...(token === undefined ? {} : { token }) };

/** Answers on their way back: one line with the heads of all, then a line for each body, so that a gateway passes bodies on without reading them. */
export const encodeResponses = (answers: readonly RpcResponse[]): string =>
  [JSON.stringify(answers.map(headOf)), ...answers.map(({ text }) => text)].join('\n');

/** Throws when the text is not what `encodeResponses` makes. */
export const decodeResponses = (encoded: string): RpcResponse[] => {
  const [first, ...bodies] = encoded.split('\n');
  const heads = JSON.parse(first!) as Head[];
  if (!Array.isArray(heads) || heads.length !== bodies.length) throw new Error(`${bodies.length} bodies for other answers`);
  return bodies.map((text, i) => {
    const head = heads[i]!;
    const reply: RpcResponse = typeof head === 'number' ? { status: head, text } : { ...head, text };
    if (!Number.isInteger(reply.status)) throw new Error('an answer without a status');
    return reply;
  });
};

/**
 * `POST` with `{ items: RpcItem[] }` → answers, see `encodeResponses`; same length and order. The number is of this form: a gateway and a service that
 * speak different ones refuse each other before anything is done.
 */
export const rpcPaths = {
  join: '/internal/4/joins',
  place: '/internal/3/places',
  claim: '/internal/3/claims',
  purchase: '/internal/3/purchases',
  report: '/internal/3/reports',
  redeem: '/internal/3/redemptions',
} as const;
export type RpcMethod = keyof typeof rpcPaths;
