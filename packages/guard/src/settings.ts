import { freePaths } from './address.ts';
import { throttled } from './throttled-log.ts';
import type { GuardOptions, Log } from './types.ts';
import { isAddress } from './is-address.ts';

export interface Settings {
  saleId: string;
  gatewayUrl: string;
  roomUrl: string;
  shopKey: string;
  issuer: string;
  /** Where error codes are described; the issuer is the address of Sunbeon that people can reach. */
  docs: string;
  isFree: (path: string) => boolean;
  secure: boolean | undefined;
  isOpen: boolean;
  onUnavailable: NonNullable<GuardOptions['onUnavailable']>;
  log: Log;
  fetch: typeof fetch;
}

const addressOf = (name: string, text: unknown): URL => {
  if (typeof text !== 'string' || !isAddress(text)) throw new TypeError(`${name} is no address: ${JSON.stringify(text)}`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError(`${name} is neither https nor http: ${text}`);
  if (url.username !== '' || url.password !== '') throw new TypeError(`${name} has a user or a password`);
  return url;
};
const withoutFinalSlash = (text: string): string => text.replace(/\/+$/, '');

const gatewayOf = (text: string): string => {
  const url = addressOf('gatewayUrl', text);
  if (url.search !== '' || url.hash !== '') throw new TypeError('gatewayUrl has a query or a fragment');
  return withoutFinalSlash(url.href);
};

/** The page of the sale; an address without a path is that of the whole waiting room. */
const roomOf = (text: string, saleId: string): string => {
  const url = addressOf('roomUrl', text);
  if (url.pathname === '/' && url.search === '') url.pathname = `/sales/${saleId}`;
  return url.href;
};

/** Checks what the shop's programmer wrote: a wrong setting ends the start of the shop, not a visitor's request. Never says the key. */
export const settingsOf = (options: GuardOptions): Settings => {
  const { saleId, shopKey, issuer, secure, whenUnavailable = 'closed', log = console } = options;
  if (typeof saleId !== 'string' || !/^[a-z0-9][a-z0-9_-]{0,39}$/.test(saleId))
    throw new TypeError(`saleId is none: ${JSON.stringify(saleId)}`);
  if (typeof shopKey !== 'string' || !/^[\w.~+/=-]+$/.test(shopKey))
    throw new TypeError('shopKey is no bearer token; of <name>:<secret> it is the secret alone');
  if (whenUnavailable !== 'closed' && whenUnavailable !== 'open') throw new TypeError('whenUnavailable is neither closed nor open');
  const gatewayUrl = gatewayOf(options.gatewayUrl);
  const iss = withoutFinalSlash(issuer ?? gatewayUrl);
  return {
    saleId,
    gatewayUrl,
    roomUrl: roomOf(options.roomUrl, saleId),
    shopKey,
    issuer: iss,
    docs: `${iss}/docs/errors`,
    isFree: freePaths(options.paths),
    secure,
    isOpen: whenUnavailable === 'open',
    onUnavailable: options.onUnavailable ?? (() => {}),
    log: throttled(log),
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
  };
};
