/** What a link brings into the page in its fragment, which no server and no log sees. */
export interface Brought {
  code?: string;
  transfer?: string;
  /** A member token, of a shop or of the login. */
  member?: string;
  /** A login that came to nothing: refused, or the provider did not answer. */
  login?: 'failed' | 'unavailable';
}
const names = ['code', 'transfer', 'member'] as const;

/** The values of a fragment; empty without any. */
export const readFragment = (hash: string): Brought => {
  const found: Brought = {};
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  for (const name of names) {
    const value = values.get(name);
    if (value !== null && value !== '') found[name] = value;
  }
  const login = values.get('login');
  if (login === 'failed' || login === 'unavailable') found.login = login;
  return found;
};

/**
 * Takes the fragment out of the address and of the history, before anything else of the page runs: what it brings is a secret. The page keeps it in
 * memory alone. A fragment that brings nothing, of a heading for example, stays.
 */
const takeFragment = (): Brought => {
  if (typeof window === 'undefined') return {};
  const brought = readFragment(window.location.hash);
  if (Object.keys(brought).length > 0) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return brought;
};

let brought = takeFragment();

/** What the link of this page brought, once: the second call gives nothing. Takes the fragment out again: the router writes the address that it began with. */
export const takeBrought = (): Brought => {
  const taken = { ...brought, ...takeFragment() };
  brought = {};
  return taken;
};

/** Calls with what a link brings into a page that is open already: a fragment alone loads no page. */
export const onBrought = (act: () => void): (() => void) => {
  const look = (): void => {
    const next = takeFragment();
    if (Object.keys(next).length === 0) return;
    brought = next;
    act();
  };
  window.addEventListener('hashchange', look);
  return () => window.removeEventListener('hashchange', look);
};
