import type { Member, Service } from '@sunbeon/runtime';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ClientAuth,
} from 'openid-client';
import type { PendingLogin } from './login-cookie.ts';

export const providerLimits = {
  /** Timeout of each request to the provider, seconds. */
  requestSeconds: 5,
  /** After a discovery that failed, the next one is tried no sooner, ms. */
  retryMs: 2_000,
  /** Age from which the discovery is renewed in the background, at its next use, ms. */
  renewMs: 3_600_000,
  /** Codes that are being exchanged at once; further logins are told to try again. */
  exchanges: 256,
  /** Failures are logged no more often than this, ms. */
  logEveryMs: 1_000,
} as const;

export interface ProviderSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  scopes: string;
  redirectUri: string;
}

/** The provider does not answer, or answers with an error of its own. */
export class ProviderAway extends Error {}

export interface Provider {
  /** Where to send the browser, and what its cookie keeps. Throws `ProviderAway`. */
  begin: (saleId: string) => Promise<{ url: string; pending: PendingLogin }>;
  /** Who came back. `search`: the query as it came. Throws `ProviderAway`; null for an answer that is refused, by the provider or here. */
  finish: (search: string, pending: PendingLogin) => Promise<Member | null>;
}

const methodsOf = (supported: string[] | undefined): string[] => supported ?? ['client_secret_basic'];
/** As the provider wants it; in a header unless it takes the form alone. */
const authenticationOf = (secret: string | undefined, supported: string[] | undefined): ClientAuth => {
  if (secret === undefined) return None();
  const methods = methodsOf(supported);
  return !methods.includes('client_secret_basic') && methods.includes('client_secret_post')
    ? ClientSecretPost(secret)
    : ClientSecretBasic(secret);
};

/** Whether the provider failed, rather than refused: no connection, no answer in time, or a status of 500 and above. */
const isAway = (error: unknown): boolean => {
  const { name, code, status, cause } = error as { name?: string; code?: string; status?: number; cause?: unknown };
  if (error instanceof ProviderAway || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || name === 'TimeoutError') return true;
  if (status !== undefined) return status >= 500;
  if (cause instanceof Response) return cause.status >= 500;
  // A failed fetch; the library's own errors of this class have a code.
  return (error instanceof TypeError && code === undefined) || cause instanceof TypeError;
};

/** What may be logged of an error: codes. Messages and causes can name a person. */
const codesOf = (error: unknown): { code: string; reason: string } => {
  const { name, code, error: refusal } = error as { name?: string; code?: unknown; error?: unknown };
  const plain = (text: unknown): string => (typeof text === 'string' && /^[\w.-]{1,60}$/.test(text) ? text : '');
  return { code: plain(code) || plain(name), reason: plain(refusal) };
};

/** OpenID Connect by authorization code with PKCE. The provider is asked at the first login, not at the start: its absence stops nothing else. */
export const createProvider = (
  { issuer, clientId, clientSecret, scopes, redirectUri }: ProviderSettings,
  log: Pick<Service['log'], 'write'>,
  now: () => number = () => performance.now(),
): Provider => {
  const insecure = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
  let known: { configuration: Configuration; readMs: number } | null = null;
  let asking: Promise<void> | null = null;
  let failedMs = -Infinity;
  let exchanges = 0;
  let loggedMs = -Infinity;

  const warn = (error: unknown, event: 'provider_unreachable' | 'login_failed'): void => {
    if (now() - loggedMs < providerLimits.logEveryMs) return;
    loggedMs = now();
    log.write(event, codesOf(error));
  };

  const ask = async (): Promise<void> => {
    try {
      const found = await discovery(new URL(issuer), clientId, undefined, None(), {
        execute: insecure,
        timeout: providerLimits.requestSeconds,
      });
      const server = found.serverMetadata();
      const authentication = authenticationOf(clientSecret, server.token_endpoint_auth_methods_supported);
      const configuration = new Configuration(server, clientId, undefined, authentication);
      configuration.timeout = providerLimits.requestSeconds;
      // The signature of an ID token is checked although it comes straight from the provider: not every connection to it is https.
      for (const setting of [enableNonRepudiationChecks, ...insecure]) setting(configuration);
      known = { configuration, readMs: now() };
    } catch (error) {
      failedMs = now();
      warn(error, 'provider_unreachable');
    } finally {
      asking = null;
    }
  };
  const configurationNow = async (): Promise<Configuration> => {
    const isDue = known === null || now() - known.readMs > providerLimits.renewMs;
    if (isDue && asking === null && now() - failedMs >= providerLimits.retryMs) asking = ask();
    if (known === null) await asking;
    if (known === null) throw new ProviderAway();
    return known.configuration;
  };

  return {
    begin: async (saleId) => {
      const configuration = await configurationNow();
      // The state names the sale, so that a way back without its cookie still leads to the right page.
      const pending = { saleId, state: `${saleId}.${randomState()}`, nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: scopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    },
    finish: async (search, { state, nonce, verifier }) => {
      if (exchanges >= providerLimits.exchanges) throw new ProviderAway();
      exchanges += 1;
      try {
        const tokens = await authorizationCodeGrant(await configurationNow(), new URL(redirectUri + search), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        return claims === undefined ? null : { iss: claims.iss, sub: claims.sub };
      } catch (error) {
        warn(error, 'login_failed');
        if (isAway(error)) throw new ProviderAway();
        return null;
      } finally {
        exchanges -= 1;
      }
    },
  };
};
