/** What a good pass says: somebody may come in until then. It never says who; no login, cart or personal data may hang on these ids alone. */
export interface Pass {
  /** `jti`: one stay has one id. */
  passId: string;
  saleId: string;
  /** `sub`: the visitor in the line. */
  visitorId: string;
  /** End of the stay, ISO 8601, exactly `exp`. */
  expiresAt: string;
}

export interface Log {
  warn: (text: string) => void;
  error: (text: string) => void;
}

/** A request that was answered without Sunbeon's word. */
export interface Unavailable {
  /** What was missing: the answer to a redemption, or keys. */
  cause: 'redemption' | 'keys';
  /** Whether the request was let in (`whenUnavailable: 'open'`), else it got 503. */
  letIn: boolean;
}

export interface GuardOptions {
  /** The sale in front of this shop. */
  saleId: string;
  /** Base address of Sunbeon's API, `https://api.example.com`. */
  gatewayUrl: string;
  /** The waiting page of the sale, `https://wait.example.com/sales/<saleId>`. An address without a path gets `/sales/<saleId>`. */
  roomUrl: string;
  /** The secret of `SHOP_KEYS`, without its name. Stays on the server. */
  shopKey: string;
  /** `iss` of passes (`PUBLIC_URL` of Sunbeon). Default: `gatewayUrl`. */
  issuer?: string;
  /** Paths that need no pass: `/health` (and what lies below it at a `/`), `/assets/*`, a RegExp of the path, or a function of it. */
  paths?: readonly (string | RegExp)[] | ((path: string) => boolean);
  /** Whether people come by https. Default: as the request's address says; set it where TLS ends before this process. */
  secure?: boolean;
  /** What a request without a pass gets while Sunbeon is away: 503 (`closed`, default), or the shop (`open`). */
  whenUnavailable?: 'closed' | 'open';
  /** Called for each request that was answered while Sunbeon is away. */
  onUnavailable?: (event: Unavailable) => unknown;
  /** Default: `console`. */
  log?: Log;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
}

/** `pass` is null where none was needed (`paths`) or none could be had (`open`, Sunbeon away). */
export type CheckResult = { pass: Pass | null } | { response: Response };

export interface Completion {
  outcome: 'purchased' | 'abandoned';
  /** The shop's own name of the order. */
  reference?: string;
  quantity?: number;
}

export interface CheckOptions {
  /** Of a worker's context: keeps the runtime alive for a renewal of keys after the answer. */
  waitUntil?: (work: Promise<unknown>) => void;
  /** The path as the shop's router reads it, where that is not the parsed one (dots unresolved): `paths` must name both. */
  rawPath?: string;
  /** The request names no host, as a health check by HTTP/1.0: a path that needs no pass goes on, any other gets 400. */
  isHostless?: boolean;
}

export interface Guard {
  /** Judges one request; reads no body. Never rejects for what a browser or Sunbeon does. */
  check: (request: Request, options?: CheckOptions) => Promise<CheckResult>;
  /** The good pass of a request, or null: redeems nothing, redirects nobody. */
  read: (request: Request) => Promise<Pass | null>;
  /** Ends the stay, so that the next visitor is admitted. This process refuses the pass from then on. Throws a `GuardError`. */
  complete: (passId: string, completion: Completion) => Promise<{ completedAt: string; setCookie: string }>;
  /** Lengthens the stay. Throws a `GuardError`: `limit_exceeded` when the sale allows no more. */
  extend: (passId: string) => Promise<{ pass: string; expiresAt: string; setCookie: string }>;
}

/** A call that Sunbeon refused, or did not answer (`unavailable`). */
export class GuardError extends Error {
  override readonly name = 'GuardError';
  readonly code: string;
  /** Of Sunbeon's answer; 503 when there was none. */
  readonly status: number;

  constructor(code: string, status: number, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.code = code;
    this.status = status;
  }
}
