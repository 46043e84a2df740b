import { forgetFirstPosition, rememberedPosition } from './remembered-position.ts';
import { attempt } from './storage.ts';

/**
 * Credentials of this browser's place. Normally the HttpOnly cookie, with a mark in storage that there is one, so that a first
 * visit sends no request. Where cookies are not kept, the token of the join is sent instead, for this tab alone. Where storage is blocked, the state is kept
 * in the memory of the page.
 */
const markOf = (saleId: string): string => `sunbeon:place:${saleId}`;
const tokenKeyOf = (saleId: string): string => `sunbeon:token:${saleId}`;

/** The token of the last join, until the cookie is known to be kept; afterwards only where it is not. */
interface Credential {
  token: string;
  speaks: boolean;
}
const credentials = new Map<string, Credential>();

const credentialOf = (saleId: string): Credential | undefined => {
  const known = credentials.get(saleId);
  if (known !== undefined || typeof window === 'undefined') return known;
  const token = attempt(() => sessionStorage.getItem(tokenKeyOf(saleId)), null);
  if (token === null) return undefined;
  const found = { token, speaks: true };
  credentials.set(saleId, found);
  return found;
};

/** False where the browser refuses cookies of this page. One that is dropped later is detected by the first 401. */
export const keepsCookies = (): boolean =>
  attempt(() => {
    if (!navigator.cookieEnabled) return false;
    document.cookie = 'sunbeon-probe=1; path=/; max-age=5; samesite=lax';
    return document.cookie.includes('sunbeon-probe=1');
  }, false);

/** The token to send, where there is no cookie. */
export const speakingToken = (saleId: string): string | undefined => {
  const credential = credentialOf(saleId);
  return credential?.speaks ? credential.token : undefined;
};

/** The token of the last join while it is not known whether the cookie was kept. */
export const unprovenToken = (saleId: string): string | undefined => {
  const credential = credentialOf(saleId);
  return credential === undefined || credential.speaks ? undefined : credential.token;
};

/** A request with the cookie alone succeeded: the token is not needed any more. */
export const cookieSpoke = (saleId: string): void => {
  if (credentials.get(saleId)?.speaks === false) credentials.delete(saleId);
};

/** Sends the token from now on. False when there is none, or it is sent already. */
export const letTokenSpeak = (saleId: string): boolean => {
  const credential = credentialOf(saleId);
  if (credential === undefined || credential.speaks) return false;
  credential.speaks = true;
  attempt(() => sessionStorage.setItem(tokenKeyOf(saleId), credential.token), undefined);
  return true;
};

/** The server has put the drawn number into the token that this tab sends. */
export const renewToken = (saleId: string, token: string): void => {
  const credential = credentialOf(saleId);
  if (credential === undefined) return;
  credential.token = token;
  if (credential.speaks) attempt(() => sessionStorage.setItem(tokenKeyOf(saleId), token), undefined);
};

/** After a join: the mark shows other tabs, too, that there is a (new) place. */
export const rememberPlace = (saleId: string, token: string): void => {
  const speaking = credentialOf(saleId)?.speaks ?? false;
  credentials.set(saleId, { token, speaks: false });
  attempt(() => localStorage.setItem(markOf(saleId), String(Date.now())), undefined);
  if (speaking || !keepsCookies()) letTokenSpeak(saleId);
};

/** The place is gone for good. */
export const forgetPlace = (saleId: string): void => {
  credentials.delete(saleId);
  forgetFirstPosition(saleId);
  attempt(() => localStorage.removeItem(markOf(saleId)), undefined);
  attempt(() => sessionStorage.removeItem(tokenKeyOf(saleId)), undefined);
};

/** A 200 for the place: mark it, for visitors whose mark was cleared while the cookie was kept. */
export const markPlace = (saleId: string): void =>
  attempt(() => {
    if (localStorage.getItem(markOf(saleId)) === null) localStorage.setItem(markOf(saleId), String(Date.now()));
  }, undefined);

/** Whether a read of the place can succeed. `cookieSeen`: the page's own request carried the sale's cookie. */
export const mayHavePlace = (saleId: string, cookieSeen: boolean): boolean =>
  cookieSeen ||
  credentialOf(saleId) !== undefined ||
  attempt(() => localStorage.getItem(markOf(saleId)) !== null || rememberedPosition(saleId), false);

/** Subscribes to joins and departures in other tabs. Returns the unsubscribe function. */
export const onPlaceElsewhere = (saleId: string, act: () => void): (() => void) => {
  const look = ({ key }: StorageEvent): void => {
    if (key === markOf(saleId)) act();
  };
  window.addEventListener('storage', look);
  return () => window.removeEventListener('storage', look);
};
