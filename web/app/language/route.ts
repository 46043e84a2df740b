import { isLanguage, languageCookieOf } from '../../lib/i18n/messages.ts';

/** Path of the page that led here. Two slashes at its start would be another site. */
const pathBefore = (referer: string): string => {
  if (!URL.canParse(referer)) return '/';
  const { pathname, search } = new URL(referer);
  return pathname.replace(/^\/+/, '/') + search;
};

/** The choice of a language where no script runs: `to`. Answers 303: back to the page that it was made on. */
export const GET = (request: Request): Response => {
  const to = new URL(request.url).searchParams.get('to') ?? '';
  const headers = new Headers({ location: pathBefore(request.headers.get('referer') ?? ''), 'cache-control': 'no-store' });
  if (isLanguage(to)) headers.append('set-cookie', languageCookieOf(to));
  return new Response(null, { status: 303, headers });
};
