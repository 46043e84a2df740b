import { newKey } from '@sunbeon/client';
import { isSaleId } from '@sunbeon/contracts/ids';
import { cookiesAreSecure } from '@sunbeon/contracts/secure-cookies';
import { asVisitor } from '../../../../lib/as-visitor.ts';
import { isKey, joinCookie, joinCookieOf } from '../../../../lib/join-cookie.ts';
import { carriedAddressOf, withReturn } from '../../../../lib/return-query.ts';
import { isAnswered, isUnknown, retrying } from '../../../../lib/retry.ts';

/** A form of two short fields and a return address of any letters, bytes. */
const largest = 20_480;
const attempts = 4;
/** All attempts together, ms: a browser that waits shows nothing. */
const patienceMs = 10_000;

const leadTo = (path: string, setCookies: readonly string[] = []): Response => {
  const headers = new Headers({ location: path, 'cache-control': 'no-store' });
  for (const cookie of setCookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
};

/** A form of another site must not choose the key that is kept: who knows it shares the place. `Sec-Fetch-Site` is not sent over plain http. */
const isOwnForm = (headers: Headers): boolean => {
  const origin = headers.get('origin') ?? '';
  const site =
    headers.get('sec-fetch-site') ?? (URL.canParse(origin) && new URL(origin).host === headers.get('host') ? 'same-origin' : null);
  return site === 'same-origin';
};

/**
 * The join that a browser sends as a form, before the page's script runs or without any. Fields: `intent` (the Idempotency-Key), `code`, `returnUrl`,
 * and `plain` where no script will run: the page with the form, `sale` or `place`. Answers 303: to the page of the sale or of the place, after a refusal
 * to that with the form, with its code in `refused`, and with the return address as it came. Without an answer the page gets the key back by a cookie: pressed again, it is the same place.
 */
export const POST = async (request: Request, { params }: { params: Promise<{ sale: string }> }): Promise<Response> => {
  const { sale } = await params;
  if (!isSaleId(sale)) return leadTo('/');
  const length = request.headers.get('content-length') ?? '';
  const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (!isForm || !/^\d{1,5}$/.test(length) || Number(length) > largest) return leadTo(`/sales/${sale}?refused=invalid_request`);
  const fields = new URLSearchParams(await request.text());
  const code = fields.get('code')?.trim() || undefined;
  const idempotencyKey = fields.get('intent') ?? newKey();
  const returnAddress = carriedAddressOf(fields.get('returnUrl'));
  const { headers } = request;
  const { client, setCookies } = asVisitor(headers);
  const signal = AbortSignal.timeout(patienceMs);
  const answer = await retrying(() => client.join(sale, { code, idempotencyKey, signal }), {
    attempts,
    signal,
    // Too many joins of an address: a minute is too long to wait for.
    isWorthIt: (failure) => isUnknown(failure) && failure.code !== 'rate_limited',
  });
  const isDone = isAnswered(answer);
  const changesCookie = isDone ? (headers.get('cookie')?.includes(`${joinCookie}=`) ?? false) : isKey(idempotencyKey) && isOwnForm(headers);
  const isSecure = cookiesAreSecure(process.env.WEB_URL, headers.get('x-forwarded-proto'));
  const own = changesCookie ? [joinCookieOf(sale, isDone ? null : idempotencyKey, isSecure)] : [];
  if (answer.ok) return leadTo(withReturn(`/sales/${sale}${fields.has('plain') ? '/place' : ''}`, returnAddress), [...setCookies, ...own]);
  const { code: refused } = answer.failure;
  const page = `/sales/${sale}${fields.get('plain') === 'place' ? '/place' : ''}`;
  // Not this browser's network: it has an answer.
  return leadTo(withReturn(`${page}?refused=${refused === 'network' ? 'unavailable' : refused}`, returnAddress), own);
};
