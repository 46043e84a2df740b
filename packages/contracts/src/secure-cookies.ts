/**
 * Whether a cookie is for https alone: people see the page by https (`webUrl`: the setting `WEB_URL`), or this request came by it. A proxy that ends TLS
 * need not say so. `protocol`: value of `X-Forwarded-Proto` that a proxy of `TRUST_PROXY` wrote; the last one counts.
 */
export const cookiesAreSecure = (webUrl: string | undefined, protocol?: string | null): boolean =>
  (webUrl?.startsWith('https:') ?? false) || protocol?.split(',').at(-1)?.trim() === 'https';
