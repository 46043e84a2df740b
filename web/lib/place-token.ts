import { forgetFirstPosition, rememberedPosition } from './remembered-position.ts';

/**
 * How this browser speaks for its place. Normally the HttpOnly cookie does, and a mark in storage says only that there is one, so that a first
 * visit asks for nothing. Where cookies are not kept, the token of the join speaks instead, for this tab alone.
 */
const markOf = (saleId: string): string => `sunbeon:place:${saleId}`;
const tokenKeyOf = (saleId: string): string => `sunbeon:token:${saleId}`;

/** Blocked storage throws on every touch; the page then remembers for as long as it is open. */
const attempt = <T>(act: () => T, otherwise: T): T => {
  try {
    return act();
  } catch {
    return otherwise;
  }
};

/** The token of the last join, until the cookie is known to be kept, and then only where it is not. */
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

/** False where the browser refuses cookies of this page. One that is taken and dropped later is noticed by the first 401. */
export const keepsCookies = (): boolean =>
  attempt(() => {
    if (!navigator.cookieEnabled) return false;
    document.cookie = 'sunbeon-probe=1; path=/; max-age=5; samesite=lax';
    return document.cookie.includes('sunbeon-probe=1');
  }, false);

/** The token to send, where the cookie cannot. */
export const speakingToken = (saleId: string): string | undefined => {
  const credential = credentialOf(saleId);
  return credential?.speaks ? credential.token : undefined;
};

/** The token of the last join while nothing has shown yet whether the cookie was kept. */
export const unprovenToken = (saleId: string): string | undefined => {
  const credential = credentialOf(saleId);
  return credential === undefined || credential.speaks ? undefined : credential.token;
};

/** The cookie alone was answered: the token is not needed any more. */
export const cookieSpoke = (saleId: string): void => {
  if (credentials.get(saleId)?.speaks === false) credentials.delete(saleId);
};

/** From now on the token speaks. False when there is none, or it does already. */
export const letTokenSpeak = (saleId: string): boolean => {
  const credential = credentialOf(saleId);
  if (credential === undefined || credential.speaks) return false;
  credential.speaks = true;
  attempt(() => sessionStorage.setItem(tokenKeyOf(saleId), credential.token), undefined);
  return true;
};

/** After a join: the mark tells other tabs, too, that there is a (new) place. */
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

/** Whether asking for the place can be worth it. `cookieSeen`: the page's own request carried the sale's cookie. */
export const mayHavePlace = (saleId: string, cookieSeen: boolean): boolean =>
  cookieSeen ||
  credentialOf(saleId) !== undefined ||
  attempt(() => localStorage.getItem(markOf(saleId)) !== null || rememberedPosition(saleId), false);

/** Another tab joined, or left. Returns what ends it. */
export const onPlaceElsewhere = (saleId: string, act: () => void): (() => void) => {
  const look = ({ key }: StorageEvent): void => {
    if (key === markOf(saleId)) act();
  };
  window.addEventListener('storage', look);
  return () => window.removeEventListener('storage', look);
};
