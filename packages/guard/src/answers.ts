import { limits } from './limits.ts';

const noStore = { 'cache-control': 'no-store' };
const problem = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...noStore, ...headers, 'content-type': 'application/problem+json; charset=utf-8' },
  });

export const redirectTo = (location: string, cookie?: string): Response =>
  new Response(null, { status: 302, headers: { ...noStore, location, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) } });

/** A call without a pass cannot be sent to a page: the program is told where people go. */
export const passRequired = (docs: string, roomUrl: string): Response =>
  problem(401, {
    type: `${docs}#pass_required`,
    title: 'A pass is needed',
    status: 401,
    code: 'pass_required',
    detail: 'Go to the waiting page.',
    roomUrl,
  });

const retryAfter = { 'retry-after': String(limits.retryAfterSeconds) };
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${limits.retryAfterSeconds}">
<title>One moment, please</title>
<body style="margin:0;min-height:100vh;display:grid;place-content:center;text-align:center;font:1.1rem/1.6 system-ui,sans-serif;color-scheme:light dark">
<h1 style="margin:0;font-size:1.6rem">One moment, please</h1>
<p>The entrance does not answer. This page tries again by itself.</p>
</html>
`;

/** Nobody can say whether this request may come in. A page tries again by itself: its ticket may still be good. */
export const unavailable = (docs: string, isNavigation: boolean): Response =>
  isNavigation
    ? new Response(page, { status: 503, headers: { ...noStore, ...retryAfter, 'content-type': 'text/html; charset=utf-8' } })
    : problem(
        503,
        { type: `${docs}#unavailable`, title: 'Temporarily unavailable', status: 503, code: 'unavailable', detail: 'Try again later.' },
        retryAfter,
      );
