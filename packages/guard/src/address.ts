import { limits } from './limits.ts';

/** The parameter that carries a ticket from the waiting page to the shop. */
const ticketParameter = 'sunbeon_ticket';

/** The name of one parameter as browsers and servers read it: `+` is a space, %xx a byte. The `&` keeps a `?` of the name. */
const nameOf = (parameter: string): string => {
  const [name] = parameter.split('=', 1) as [string];
  return [...new URLSearchParams(`&${name}=`).keys()][0] ?? '';
};

/** The query of a parsed address as it was written, without its `?`; null for none. */
const queryOf = (url: URL): string | null => {
  const [before] = url.href.split('#', 1) as [string];
  const mark = before.indexOf('?');
  return mark < 0 ? null : before.slice(mark + 1);
};

/** The last ticket of an address; null for none. */
export const ticketIn = (url: URL): string | null => {
  const own = queryOf(url)
    ?.split('&')
    .filter((parameter) => nameOf(parameter) === ticketParameter)
    .at(-1);
  return own === undefined ? null : new URLSearchParams(`&${own}`).get(ticketParameter);
};

/** Origin, parsed path, and the query without tickets: every other parameter stays in its place byte for byte. Absolute, so that a path `//host` stays a path. */
export const withoutTicket = (url: URL): string => {
  const query = queryOf(url);
  const kept = query?.split('&').filter((parameter) => nameOf(parameter) !== ticketParameter) ?? [];
  return `${url.origin}${url.pathname}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
};

/** The waiting page, which sends people back to an address. */
export const roomFor = (roomUrl: string, url: URL): string => {
  const bare = withoutTicket(url);
  const returnUrl = bare.length <= limits.returnUrlCharacters ? bare : `${url.origin}${url.pathname}`;
  if (returnUrl.length > limits.returnUrlCharacters) return roomUrl;
  const [page, fragment] = roomUrl.split('#', 2) as [string, string?];
  const joint = page.includes('?') ? '&' : '?';
  return `${page}${joint}returnUrl=${encodeURIComponent(returnUrl)}${fragment === undefined ? '' : `#${fragment}`}`;
};

/** A path that a server behind may read in another way than the URL standard: it is never one that needs no pass. */
const isAmbiguous = (path: string): boolean => /\/\/|\\|\.\.|%(?:2f|5c|2e|25|00)/i.test(path);

/** An entry means itself and what lies below it at a `/`; `/` means the start page alone, not the whole shop. */
const liesAt = (path: string, entry: string): boolean => {
  if (entry === '/') return path === '/';
  const base = entry.endsWith('/') ? entry.slice(0, -1) : entry;
  return path === base || path.startsWith(`${base}/`);
};

/** `/assets/*` is `/assets/`; a star elsewhere would mean nothing, so it is refused. */
const entryOf = (text: string): string => {
  if (!text.startsWith('/')) throw new TypeError(`paths: ${JSON.stringify(text)} does not begin with /`);
  const entry = text.length > 2 && text.endsWith('/*') ? text.slice(0, -1) : text;
  if (/[*?#]/.test(entry)) throw new TypeError(`paths: ${JSON.stringify(text)} is no path; write a RegExp or a function`);
  return entry;
};

/** A test for paths that need no pass. */
export const freePaths = (paths: readonly (string | RegExp)[] | ((path: string) => boolean) = []): ((path: string) => boolean) => {
  if (typeof paths === 'function') return (path) => !isAmbiguous(path) && paths(path);
  // A copy without `g` and `y`: those remember where they stopped.
  const entries = paths.map((entry) =>
    typeof entry === 'string' ? entryOf(entry) : new RegExp(entry.source, entry.flags.replace(/[gy]/g, '')),
  );
  return (path) => !isAmbiguous(path) && entries.some((entry) => (typeof entry === 'string' ? liesAt(path, entry) : entry.test(path)));
};
