import { returnLimits as limits } from './return-limits.ts';

/** The parameter that carries a ticket from the waiting page to the shop. */
export const ticketParameter = 'sunbeon_ticket';

const plainHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
/** White space and control characters, also beyond ASCII, which some parsers drop without a word; and halves of characters, which no encoding keeps. */
const unprintable = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const absolute = /^https?:\/\/[^/?#]/i;
/** Decodings of a path before it is refused: servers in a row may each decode once. */
const mostDecodings = 5;
/** C0 controls and DEL; an encoded one is refused, an encoded space is a space of the path. */
const control = /[\u0000-\u001f\u007f]/;
/** Encodings that only old decoders read, some of them as dots and slashes: UTF-8 that is longer than it needs to be, and `%uXXXX` of IIS. */
const foreignEncoding = /%c[01]%[89ab]|%e0%[89]|%f0%8|%u[0-9a-f]{4}/i;

/**
 * The parsed address; null for a text that is none. Not `URL.canParse`: once the compiler of V8 has optimised a caller, that of Node 20 refuses every
 * address with a letter of Latin-1 beyond ASCII, such as `https://bücher.example`.
 */
export const urlOf = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

/** The parsed address, or null for one that is not absolute, not printable, has a user, or is plain http to another machine. */
const parse = (text: string): URL | null => {
  if (unprintable.test(text) || text.includes('\\') || !absolute.test(text)) return null;
  const url = urlOf(text);
  if (url === null) return null;
  const [authority] = text.slice(text.indexOf('//') + 2).split(/[/?#]/, 1) as [string];
  if (authority.includes('@') || url.username !== '' || url.password !== '') return null;
  return url.protocol === 'https:' || plainHosts.has(url.hostname) ? url : null;
};

/** Why an entry of `returnUrls` is not one; null for a good one. */
export const returnEntryFault = (text: string): string | null => {
  if (text.length > limits.returnEntryCharacters) return `has more than ${limits.returnEntryCharacters} characters`;
  if (/[?#]/.test(text)) return 'has a query or a fragment';
  const url = parse(text);
  if (url === null) return 'is no absolute https address without a user (http only for localhost, 127.0.0.1 and [::1])';
  return pathIsPlain(pathTextOf(text)) ? null : 'has a path that is read in more than one way';
};

/** Why a text is no address that a service may fetch from; null for a good one. */
export const fetchAddressFault = (text: string): string | null => {
  if (text.includes('#')) return 'has a fragment';
  return parse(text) === null ? 'is no absolute https address without a user (http only for localhost, 127.0.0.1 and [::1])' : null;
};

/** The path as it was written, `/` for none. */
const pathTextOf = (text: string): string => {
  const afterHost = text.slice(text.indexOf('//') + 2);
  const start = afterHost.search(/[/?#]/);
  if (start === -1) return '/';
  return afterHost.slice(start).split(/[?#]/, 1)[0] || '/';
};

/** Decodes what is a byte in hexadecimal, and leaves every other `%` alone, as lenient servers do. Bytes that are no UTF-8 become U+FFFD. */
const decodeOnce = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(run.slice(1).split('%'), (byte) => parseInt(byte, 16))),
  );

/** Whether some server may read a slash, a backslash or a control character where none is written. */
const isAmbiguous = (path: string): boolean => {
  const compatible = path.normalize('NFKC');
  return (
    /%2f|%5c/i.test(path) ||
    foreignEncoding.test(path) ||
    control.test(path) ||
    compatible.includes('\\') ||
    compatible.split('/').length !== path.split('/').length
  );
};

/** A path and what it becomes by decoding it again and again; null when that does not end, or a slash or a control character appears. */
const decodings = (path: string): string[] | null => {
  const all = [path];
  for (let i = 0; i <= mostDecodings; i += 1) {
    const last = all.at(-1)!;
    if (isAmbiguous(last)) return null;
    const next = decodeOnce(last);
    if (next === last) return all;
    all.push(next);
  }
  return null;
};

/** No dot segment in any encoding, no encoded slash, no second reading. */
const pathIsPlain = (path: string): boolean => {
  const all = decodings(path);
  return all !== null && !path.startsWith('//') && all.every((text) => !text.split('/').some(isDots));
};
/** `.`, `..`, and the same with parameters or spaces: some servers cut `;…` and spaces off before they resolve dots. */
const isDots = (segment: string): boolean => /^\s*\.{1,2}\s*(;.*)?$/s.test(segment.normalize('NFKC'));
const isParent = (segment: string): boolean => segment.normalize('NFKC').trimStart().startsWith('..');

/** The path below which a return address lies, after all dots are resolved; null when it leaves the root. */
const resolved = (path: string): string | null => {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [i, segment] of segments.entries()) {
    if (!isDots(segment)) kept.push(segment);
    else if (isParent(segment) && kept.pop() === undefined) return null;
    else if (i === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
};

const liesBelow = (path: string, entry: string): boolean =>
  entry.endsWith('/') ? path.startsWith(entry) || path === entry.slice(0, -1) : path === entry || path.startsWith(`${entry}/`);

/** Whether a path, by the URL standard and in every encoding that a server may undo, lies below an entry's. */
const pathLiesBelow = (url: URL, pathText: string, entry: string): boolean => {
  const all = decodings(pathText);
  if (all === null) return false;
  const paths = [url.pathname];
  for (const decoded of all) {
    const path = resolved(decoded);
    if (path === null) return false;
    if (path !== decoded) paths.push(path);
  }
  // A page that redirects to its own path without the host would send people to another one.
  if (paths.some((path) => path.startsWith('//')) || pathText.startsWith('//')) return false;
  const [below, ...others] = [new URL(entry).pathname, ...(decodings(pathTextOf(entry)) ?? [])] as [string, ...string[]];
  return paths.every((path, i) => liesBelow(path, below) || (i > 0 && others.some((other) => liesBelow(path, other))));
};

const isBelowOne = (url: URL, pathText: string, entries: readonly string[]): boolean =>
  entries.some((entry) => url.origin === new URL(entry).origin && pathLiesBelow(url, pathText, entry));

/**
 * Whether a browser may be sent to an address: its origin is that of an entry, and its path is the entry's or lies below it at a `/`, by the URL standard
 * and in every encoding a server behind it may undo. `entries`: good ones (`returnEntryFault`).
 */
export const isReturnUrlAllowed = (text: string, entries: readonly string[]): boolean => {
  if (text.length > limits.returnUrlCharacters) return false;
  const url = parse(text);
  return url !== null && isBelowOne(url, pathTextOf(text), entries);
};

/** The same for an address that a browser is at already: its query, of any length, says nothing of the place. */
export const isGuardedUrl = (text: string, entries: readonly string[]): boolean => {
  const [place] = text.split(/[?#]/, 1) as [string];
  return isReturnUrlAllowed(place, entries);
};

const nameOf = (parameter: string): string => {
  const [name] = parameter.split('=', 1) as [string];
  // As browsers and servers read it: `+` is a space, %xx a byte.
  // The first `&` keeps a `?` of the name, which the class would cut off.
  return [...new URLSearchParams(`&${name}=`).keys()][0] ?? '';
};

/** The ticket in an address, its last one; null for none. */
export const ticketIn = (text: string): string | null => {
  const query = text.split('#', 1)[0]!.split('?').slice(1).join('?');
  const own = query.split('&').filter((parameter) => nameOf(parameter) === ticketParameter);
  const last = own.at(-1);
  return last === undefined ? null : (new URLSearchParams(`&${last}`).get(ticketParameter) ?? null);
};

/** An address without its tickets; every other byte stays in place. */
export const withoutTicket = (text: string): string => {
  const hash = text.indexOf('#');
  const [before, fragment] = hash === -1 ? [text, ''] : [text.slice(0, hash), text.slice(hash)];
  const mark = before.indexOf('?');
  if (mark === -1) return text;
  const parameters = before.slice(mark + 1).split('&');
  const kept = parameters.filter((parameter) => nameOf(parameter) !== ticketParameter);
  if (kept.length === parameters.length) return text;
  return `${before.slice(0, mark)}${kept.length > 0 ? `?${kept.join('&')}` : ''}${fragment}`;
};

/** The return address with a ticket as its last parameter, before the fragment; tickets that it had are taken out. */
export const withTicket = (text: string, ticket: string): string => {
  const bare = withoutTicket(text);
  const hash = bare.indexOf('#');
  const [before, fragment] = hash === -1 ? [bare, ''] : [bare.slice(0, hash), bare.slice(hash)];
  const joint = !before.includes('?') ? '?' : before.endsWith('?') || before.endsWith('&') ? '' : '&';
  return `${before}${joint}${ticketParameter}=${ticket}${fragment}`;
};
