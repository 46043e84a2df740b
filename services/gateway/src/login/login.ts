import { cookiesAreSecure, publicRoutes } from '@sunbeon/contracts';
import type { Service } from '@sunbeon/runtime';
import type { GatewayConfig } from '../config.ts';
import { createLoginCookie, type LoginCookie } from './login-cookie.ts';
import { createProvider, type Provider } from './provider.ts';

/** What the settings of a login make. */
export interface Login {
  provider: Provider;
  cookie: LoginCookie;
  /** `MEMBER_SECRET`. */
  secret: string;
}

/** The login of the settings; null without `OIDC_ISSUER`. `now`: Redis's clock, ms; that of this machine may be wrong. */
export const createLogin = (config: GatewayConfig, log: Service['log'], now: () => number): Login | null => {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_SCOPES: scopes } = config;
  const { MEMBER_SECRET: secret } = config;
  if (issuer === undefined || clientId === undefined || secret === undefined) return null;
  const webUrl = config.WEB_URL.replace(/\/$/, '');
  return {
    provider: createProvider({ issuer, clientId, clientSecret, scopes, redirectUri: webUrl + publicRoutes.getLoginCallback.url }, log),
    cookie: createLoginCookie(secret, cookiesAreSecure(webUrl), now),
    secret,
  };
};
