import { roomFor, ticketIn, withoutTicket } from './address.ts';
import { passRequired, redirectTo, unavailable } from './answers.ts';
import { BoundedMap } from './bounded-map.ts';
import { clearedCookie, cookieNameOf, cookieValues, passCookie } from './cookie.ts';
import { endedStaysOf } from './ended-stays.ts';
import { createKeySet } from './key-set.ts';
import { limits } from './limits.ts';
import { settingsOf } from './settings.ts';
import { createShopCalls } from './shop-calls.ts';
import { GuardError, type CheckResult, type Guard, type GuardOptions, type Pass, type Unavailable } from './types.ts';
import { createVerifier, type VerifiedPass } from './verify.ts';

/** What the guard reads of a request. */
interface Asked {
  method: string;
  url: URL;
  isSecure: boolean;
  isNavigation: boolean;
  isPrefetch: boolean;
  cookie: string | null;
}

/** Whether an `Accept` names HTML itself, and not to refuse it (`q=0`). */
const acceptsHtml = (accept: string): boolean =>
  accept.split(',').some((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return name === 'text/html' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

/** `Sec-Fetch-Mode` says what a navigation is; only where a browser does not send it (plain http), `Accept` does. */
const isNavigation = (method: string, headers: Headers): boolean => {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const mode = headers.get('sec-fetch-mode');
  return mode === null ? acceptsHtml(headers.get('accept') ?? '') : mode === 'navigate';
};

const askedBy = ({ method, url: text, headers }: Request, secure: boolean | undefined): Asked => {
  const url = new URL(text);
  if (secure !== undefined) url.protocol = secure ? 'https:' : 'http:';
  return {
    method,
    url,
    isSecure: url.protocol === 'https:',
    isNavigation: isNavigation(method, headers),
    isPrefetch: /^\s*prefetch\b/i.test(headers.get('sec-purpose') ?? headers.get('purpose') ?? ''),
    cookie: headers.get('cookie'),
  };
};

const shown = ({ passId, saleId, visitorId, expiresAt }: VerifiedPass): Pass => ({ passId, saleId, visitorId, expiresAt });

/** The guard of one sale. Asks for nothing before the first check (workers forbid it), keeps no process alive. Throws a `TypeError` for a wrong setting. */
export const createGuard = (options: GuardOptions): Guard => {
  const settings = settingsOf(options);
  const { saleId, roomUrl, issuer, docs, isFree, secure, isOpen, log } = settings;
  const keys = createKeySet(`${settings.gatewayUrl}/.well-known/jwks.json`, settings.fetch, log);
  const { verify } = createVerifier(keys, issuer, saleId);
  const calls = createShopCalls(settings);
  const ended = endedStaysOf(issuer, saleId);
  const refusedTickets = new BoundedMap<string, true>(limits.refusedTickets);
  const ticketPattern = new RegExp(`^${saleId}\\.[\\w-]{22,}$`);
  let redemptions = 0;
  /** How each pass came: `complete` and `extend` see no request, and the cookie's name depends on it. */
  const cameSecure = new BoundedMap<string, boolean>(limits.rememberedPasses);
  let [nextLineMs, unsaid] = [0, 0];

  const tellUnavailable = (event: Unavailable): void => {
    unsaid += 1;
    if (Date.now() >= nextLineMs) {
      log.warn(`Sunbeon does not answer (${event.cause}): ${unsaid} requests without a pass ${event.letIn ? 'were let in' : 'got 503'}`);
      [nextLineMs, unsaid] = [Date.now() + limits.logMs, 0];
    }
    // A callback of the shop, perhaps an async one: what goes wrong in it must not end the request or the process.
    new Promise((resolve) => resolve(settings.onUnavailable(event))).catch((error: unknown) =>
      log.error(`onUnavailable failed: ${String(error)}`),
    );
  };
  const refuseWith503 = (asked: Asked): CheckResult => ({ response: unavailable(docs, asked.isNavigation) });
  const withoutSunbeon = (cause: Unavailable['cause'], asked: Asked, letIn = isOpen): CheckResult => {
    tellUnavailable({ cause, letIn });
    return letIn ? { pass: null } : refuseWith503(asked);
  };

  /** The first good pass of the cookies of the name. `isUnknown`: there may be one, but no keys ever came. */
  const passOf = async (
    asked: Asked,
    lookFor?: (kid: string) => Promise<void>,
  ): Promise<{ pass: VerifiedPass | null; isUnknown: boolean }> => {
    let isUnknown = false;
    for (const token of cookieValues(asked.cookie, cookieNameOf(saleId, asked.isSecure))) {
      const judged = await verify(token, lookFor);
      if (judged.verdict === 'good' && !ended.has(judged.pass.passId)) {
        cameSecure.set(judged.pass.passId, asked.isSecure);
        return { pass: judged.pass, isUnknown: false };
      }
      isUnknown ||= judged.verdict === 'unknown' && !keys.isKnown();
    }
    return { pass: null, isUnknown };
  };

  const ticketOf = ({ method, url, isPrefetch }: Asked): string | null => {
    if (method !== 'GET' || isPrefetch) return null;
    const ticket = ticketIn(url);
    const mayBe = ticket !== null && ticket.length <= limits.ticketCharacters && ticketPattern.test(ticket);
    return mayBe && refusedTickets.get(ticket) === undefined ? ticket : null;
  };

  /** Null: the ticket is none. */
  const redeem = async (asked: Asked, ticket: string, deadlineMs: number): Promise<CheckResult | null> => {
    if (redemptions >= limits.redemptions) return refuseWith503(asked);
    redemptions += 1;
    const redeemed = await calls.redeem(ticket, deadlineMs).finally(() => {
      redemptions -= 1;
    });
    if (redeemed.outcome === 'away') return withoutSunbeon('redemption', asked);
    if (redeemed.outcome !== 'refused') refusedTickets.set(ticket, true);
    if (redeemed.outcome !== 'redeemed') return null;
    const { pass, expMs } = redeemed;
    const { verdict } = await verify(pass);
    // A cookie that the next request refuses would send people round in circles.
    if (verdict === 'bad' || verdict === 'stale') {
      log.error(`Sunbeon gave a pass that is ${verdict} here: are issuer (${issuer}), saleId and this machine's clock right?`);
      return refuseWith503(asked);
    }
    return { response: redirectTo(withoutTicket(asked.url), passCookie(saleId, asked.isSecure, pass, expMs, Date.now())) };
  };

  const refuse = (asked: Asked): CheckResult => ({
    response: asked.isNavigation ? redirectTo(roomFor(roomUrl, asked.url)) : passRequired(docs, roomUrl),
  });

  const judge = async (asked: Asked, isFreePath: boolean): Promise<CheckResult> => {
    const deadlineMs = Date.now() + limits.requestMs;
    const ticket = ticketOf(asked);
    const keysDeadlineMs = ticket === null ? deadlineMs : Date.now() + limits.keysBeforeTicketMs;
    const lookFor = (kid: string): Promise<void> => keys.lookFor(kid, keysDeadlineMs - Date.now());
    // Where no pass is needed, nobody waits for keys.
    const { pass, isUnknown } = await passOf(asked, isFreePath ? undefined : lookFor);
    if (pass !== null) return { pass: shown(pass) };
    const redeemed = ticket === null ? null : await redeem(asked, ticket, deadlineMs);
    if (redeemed !== null && !(isFreePath && isTrouble(redeemed))) return redeemed;
    if (isFreePath) return { pass: null };
    // Sunbeon answered that the ticket is none: it is not away for this request, whatever the keys do.
    if (ticket !== null) return refuse(asked);
    if (keys.isAway()) return withoutSunbeon('keys', asked);
    // A pass that cannot be read because the first keys did not come yet may be good; it may be made up, too.
    return isUnknown && keys.isFailing() ? withoutSunbeon('keys', asked, false) : refuse(asked);
  };
  const isTrouble = (result: CheckResult): boolean => 'response' in result && result.response.status === 503;

  const isSecureFor = (passId: string): boolean => secure ?? cameSecure.get(passId) ?? roomUrl.startsWith('https:');
  const endsStay = (error: unknown): boolean =>
    error instanceof GuardError && (error.code === 'already_completed' || error.code === 'pass_ended');
  const call = async <T>(passId: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (endsStay(error)) ended.add(passId);
      throw error;
    }
  };

  return {
    check: async (request, { waitUntil, rawPath, isHostless = false } = {}) => {
      const renewal = keys.tend();
      if (renewal !== null) waitUntil?.(renewal);
      const asked = askedBy(request, secure);
      const isFreePath = isFree(asked.url.pathname) && (rawPath === undefined || isFree(rawPath));
      // Without a host there is no address to come back to, and a cookie is of none.
      if (isHostless) return isFreePath ? { pass: null } : { response: new Response(null, { status: 400 }) };
      return await judge(asked, isFreePath);
    },
    read: async (request) => {
      void keys.tend();
      const { pass } = await passOf(askedBy(request, secure), (kid) => keys.lookFor(kid, limits.requestMs));
      return pass === null ? null : shown(pass);
    },
    complete: async (passId, completion) => {
      const { completedAt } = await call(passId, calls.complete(passId, completion));
      ended.add(passId);
      return { completedAt, setCookie: clearedCookie(saleId, isSecureFor(passId)) };
    },
    extend: async (passId) => {
      const { pass, expiresAt } = await call(passId, calls.extend(passId));
      return { pass, expiresAt, setCookie: passCookie(saleId, isSecureFor(passId), pass, Date.parse(expiresAt), Date.now()) };
    },
  };
};
