import { isSaleId } from '@sunbeon/contracts/ids';
import { asVisitor } from '../../../../lib/as-visitor.ts';

/** A form of two short fields, bytes. */
const largest = 2_048;

const leadTo = (path: string, setCookies: readonly string[] = []): Response => {
  const headers = new Headers({ location: path, 'cache-control': 'no-store' });
  for (const cookie of setCookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
};

/**
 * The join that a browser sends as a form, before the page's script runs or without any. Fields: `intent` (the Idempotency-Key), `code`, and `plain`
 * where no script will run. Answers 303: to the page of the sale or of the place, after a refusal with its code in `refused`.
 */
export const POST = async (request: Request, { params }: { params: Promise<{ sale: string }> }): Promise<Response> => {
  const { sale } = await params;
  if (!isSaleId(sale)) return leadTo('/');
  const length = request.headers.get('content-length') ?? '';
  const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (!isForm || !/^\d{1,5}$/.test(length) || Number(length) > largest) return leadTo(`/sales/${sale}?refused=invalid_request`);
  const fields = new URLSearchParams(await request.text());
  const code = fields.get('code')?.trim() || undefined;
  const { client, setCookies } = asVisitor(request.headers);
  const answer = await client.join(sale, { code, idempotencyKey: fields.get('intent') ?? undefined });
  if (answer.ok) return leadTo(`/sales/${sale}${fields.has('plain') ? '/place' : ''}`, setCookies);
  return leadTo(`/sales/${sale}?refused=${answer.failure.code}`);
};
