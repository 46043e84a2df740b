/** State of a gateway that Redis lacks. Totals since the start of the process, so that a repeated report changes nothing. */
export interface GatewayReport {
  /** The gateway's instance. */
  gateway: string;
  /** Open connections of the sale. */
  browsers: number;
  /** Completed estimates, and the sum of their errors in seconds. */
  estimates: number;
  errorSeconds: number;
}

/** One element of a batched RPC from gateway to service: its own sale, token and input. */
export interface RpcItem {
  saleId: string;
  /** The caller's token, unverified; the service verifies it. */
  token?: string;
  /** Operation id of a join without a token: a repeated one gives the same place. Made by the gateway, never by a client. */
  operation?: string;
  /** Purchases only. */
  idempotencyKey?: string;
  quantity?: number;
  /** Reports only: one gateway's state of the sale. */
  report?: GatewayReport;
  /** W3C traceparent of the caller's request, when traced. */
  trace?: string;
}

/** Answer of a service to one element; `body`: of the answer to the caller, as JSON. */
export interface RpcResult {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** Joins: the token of the body, for the cookie. */
  token?: string;
}
/** The same at the gateway: the body stays serialised. */
export interface RpcResponse extends Omit<RpcResult, 'body'> {
  text: string;
}

/** Head of an answer: all but the body; a mere status when there is nothing else. */
type Head = number | Omit<RpcResult, 'body'>;
const headOf = ({ status, headers, token }: RpcResult): Head =>
  headers === undefined && token === undefined
    ? status
    : { status, ...(headers ? { headers } : {}), ...(token === undefined ? {} : { token }) };

/** Format of a batch's answers: one line with all heads, then a line per body, so that a gateway passes bodies on without parsing them. */
export const encodeResults = (answers: readonly RpcResult[]): string =>
  [JSON.stringify(answers.map(headOf)), ...answers.map(({ body }) => JSON.stringify(body ?? null))].join('\n');

/** Throws for a text in another format than that of `encodeResults`. */
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
 * `POST` with `{ items: RpcItem[] }` → answers, see `encodeResults`; same length and order. The number is the version of this format: with another
 * one, gateway and service refuse each other before any item is processed.
 */
export const rpcPaths = {
  join: '/internal/3/joins',
  place: '/internal/3/places',
  claim: '/internal/3/claims',
  purchase: '/internal/3/purchases',
  report: '/internal/3/reports',
} as const;
export type RpcMethod = keyof typeof rpcPaths;
