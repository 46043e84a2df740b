import type { Challenge, Place, Visitor } from './contracts.ts';
import { followPlace, type FollowHandlers } from './follow.ts';
import { newKey } from './key.ts';
import type { Live, WebSocketConstructor } from './live.ts';
import type { Solve } from './proof.ts';
import { visitorPaths } from './route-paths.ts';
import { createRequest, tokenOf, type CallOptions, type RequestOptions } from './request.ts';
import { networkFailure, type Result } from './result.ts';
import { waitForTurn, type WaitOptions } from './wait.ts';

export interface ClientOptions extends RequestOptions {
  /** Instead of the global one (Node: from 22 on). Without any, places are polled. */
  WebSocket?: WebSocketConstructor | undefined;
}
export interface KeyedOptions extends CallOptions {
  /** Identifies the intent: the same key always gets the same answer. Default: a new one. */
  idempotencyKey?: string | undefined;
}
/** What the sale asks for at a join, and the key. */
export interface JoinOptions extends KeyedOptions {
  /** Payload of a solved challenge. */
  proof?: string | undefined;
  /** Solves the challenge of a refusal with `proof_required`, for example `solveChallenge`; then the join is sent again with it, once. */
  solve?: Solve | undefined;
  /** A member token. */
  member?: string | undefined;
  /** An access code. */
  code?: string | undefined;
}
export interface PageOptions extends CallOptions {
  /** Sales of one answer, 1 to 500. */
  limit?: number | undefined;
  /** `next` of the previous page. */
  cursor?: string | undefined;
}

/** No body without anything to show. */
const bodyOf = (shown: Pick<JoinOptions, 'proof' | 'member' | 'code'>) => {
  const body = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
  return Object.keys(body).length === 0 ? {} : { body };
};

/** A join that solves a challenge where one is needed. A refused join has no place under its key, so that the second one may use it. */
const solving = async (
  join: (sale: string, asked: JoinOptions) => Promise<Result<Place>>,
  solve: Solve,
  sale: string,
  { idempotencyKey = newKey(), ...asked }: JoinOptions,
): Promise<Result<Place>> => {
  const first = await join(sale, { ...asked, idempotencyKey });
  if (first.ok || first.failure.code !== 'proof_required' || first.failure.challenge === undefined) return first;
  let proof: string;
  try {
    proof = await solve(first.failure.challenge as Challenge, { signal: asked.signal });
  } catch (error) {
    if (asked.signal?.aborted) return networkFailure('aborted');
    throw error;
  }
  return await join(sale, { ...asked, idempotencyKey, proof });
};

/** Timeout of calls that are repeated anyway, ms: a half-open connection must not cost a claim window. */
const shortTimeoutMs = 5_000;

const callsOf = (options: ClientOptions) => {
  const request = createRequest(visitorPaths, options);
  const brief = (call: CallOptions): CallOptions => ({ ...call, timeoutMs: call.timeoutMs ?? options.timeoutMs ?? shortTimeoutMs });
  const keyed = ({ idempotencyKey = newKey() }: KeyedOptions) => ({ 'idempotency-key': idempotencyKey });
  const place = (sale: string, call: CallOptions = {}): Promise<Result<Visitor>> => request('getPlace', { params: { sale } }, brief(call));
  const follow = (sale: string, handlers: FollowHandlers): Live =>
    followPlace({
      ...handlers,
      saleId: sale,
      baseUrl: options.baseUrl,
      WebSocket: options.WebSocket,
      token: () => tokenOf(options, sale),
      place: (signal) => place(sale, { signal }),
    });

  const join = (sale: string, { proof, member, code, ...call }: JoinOptions): Promise<Result<Place>> =>
    request('postQueue', { params: { sale }, headers: keyed(call), ...bodyOf({ proof, member, code }) }, call);

  return {
    /** Sales that are not closed, by id. */
    sales: ({ limit, cursor, ...call }: PageOptions = {}) => request('getSales', { query: { limit, cursor } }, call),
    sale: (sale: string, call?: CallOptions) => request('getSale', { params: { sale } }, call),
    /**
     * Takes a place, or returns the existing one; `value.token` is its token. The key is a secret of 22 characters or more: for a minute it gets the same
     * place and token again.
     */
    join: (sale: string, { solve, ...asked }: JoinOptions = {}) =>
      solve === undefined ? join(sale, asked) : solving(join, solve, sale, asked),
    /** A challenge whose solution is the `proof` of one join. */
    challenge: (sale: string, call?: CallOptions) => request('getChallenge', { params: { sale } }, call),
    place,
    /** The line, the same for everyone: `@sunbeon/line` computes a place from it. */
    line: (sale: string, call?: CallOptions) => request('getLine', { params: { sale } }, call),
    /** Bitmap of a block of departures; a count below the newest yields the newest. */
    departures: (sale: string, generation: number, block: number, count: number, call?: CallOptions) =>
      request('getDepartures', { params: { sale, generation: String(generation), block: String(block), count: String(count) } }, call),
    /** A signed receipt of the place. */
    receipt: (sale: string, call?: CallOptions) => request('getReceipt', { params: { sale } }, call),
    /** The draw of the lobby, as far as it is public. */
    draw: (sale: string, call?: CallOptions) => request('getDraw', { params: { sale } }, call),
    /** A page of the roster, from 0: 4,096 entries of 32 bytes at most. */
    drawEntries: (sale: string, root: string, page: number, call?: CallOptions) =>
      request('getDrawEntries', { params: { sale, root, page: String(page) } }, call),
    /** Starts the session of an admitted visitor. */
    claim: (sale: string, call: CallOptions = {}) => request('postClaim', { params: { sale } }, brief(call)),
    /** A ticket for the shop, in the address to go to; also a claim. */
    ticket: (sale: string, { returnUrl, ...call }: CallOptions & { returnUrl?: string | undefined } = {}) =>
      request('postTicket', { params: { sale }, body: returnUrl === undefined ? {} : { returnUrl } }, call),
    /** A link that continues this place on another device. */
    transfer: (sale: string, call?: CallOptions) => request('postTransfer', { params: { sale } }, call),
    /** Takes over a place from another device; `value.token` is its token. */
    takeTransfer: (sale: string, code: string, call?: CallOptions) => request('takeTransfer', { params: { sale }, body: { code } }, call),
    leave: (sale: string, call?: CallOptions) => request('deletePlace', { params: { sale } }, call),
    purchase: (sale: string, quantity: number, call: KeyedOptions = {}) =>
      request('postPurchase', { params: { sale }, headers: keyed(call), body: { quantity } }, call),
    purchases: (sale: string, call?: CallOptions) => request('getPurchases', { params: { sale } }, call),
    holds: (sale: string, call?: CallOptions) => request('getHolds', { params: { sale } }, call),
    /** Reserves tickets until `expiresAt`. */
    hold: (sale: string, quantity: number, call: KeyedOptions = {}) =>
      request('postHold', { params: { sale }, headers: keyed(call), body: { quantity } }, call),
    /** Turns a hold into a purchase. */
    confirm: (sale: string, hold: string, call?: CallOptions) => request('postConfirm', { params: { sale, hold } }, call),
    /** Returns held tickets to the stock. */
    release: (sale: string, hold: string, call?: CallOptions) => request('deleteHold', { params: { sale, hold } }, call),
    /** Follows the place by its live stream, or by polls, until `close()`. */
    followPlace: follow,
    /** Resolves when the place waits no longer: the visitor is admitted, or the place has ended. */
    waitForTurn: (sale: string, wait: WaitOptions = {}) => waitForTurn((handlers) => follow(sale, handlers), wait),
  };
};

/** Every call of the public API, and the live stream. */
export interface Client extends ReturnType<typeof callsOf> {
  /** The same client, with this visitor's token. */
  withToken: (token: string) => Client;
}

/** A client of the public API. No call throws; each resolves with a `Result`. */
export const createClient = (options: ClientOptions): Client => ({
  ...callsOf(options),
  withToken: (token) => createClient({ ...options, token }),
});
