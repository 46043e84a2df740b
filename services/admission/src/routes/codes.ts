import { createHash, randomBytes } from 'node:crypto';
import { isOwnCode, keys, limits, normalisedCode, publicRoutes, type CodesList, type MadeCodes, type MakeCodes } from '@sunbeon/contracts';
import { CodedError, csvAnswer, defineRoute, redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { codesOf } from '../codes/make-codes.ts';
import { codesCsv } from '../codes/csv.ts';
import type { RouteContext } from '../context.ts';
import { beginCodes } from '../scripts/begin-codes.ts';
import { deleteCode } from '../scripts/delete-code.ts';
import { readCodes } from '../scripts/read-codes.ts';
import { writeCodes } from '../scripts/write-codes.ts';

/** Own codes, normalised, each once; throws `invalid_request` with every text that is none. */
const ownCodes = (texts: readonly string[]): string[] => {
  const codes = texts.map(normalisedCode);
  const faults = codes.flatMap((code, i) =>
    isOwnCode(code) ? [] : [{ path: `/codes/${i}`, detail: 'must have 8 to 32 letters and digits; spaces and hyphens do not count' }],
  );
  if (faults.length > 0) throw new CodedError('invalid_request', `${faults.length} codes are not valid`, {}, faults.slice(0, 100));
  return [...new Set(codes)];
};

/** Writes codes in batches until `wanted` of this call are there; own ones are all written. */
const writeAll = async (
  redis: RedisClient,
  saleId: string,
  { uses = 1, label }: MakeCodes,
  { codes, wanted, atMs, generation }: { codes: Iterator<string, unknown>; wanted: number | null; atMs: number; generation: string },
): Promise<MadeCodes> => {
  const made: MadeCodes = { codes: [], existed: 0 };
  const of = label === undefined ? {} : { label };
  for (let open = true; open && (wanted === null || made.codes.length < wanted);) {
    const batch: string[] = [];
    while (open && batch.length < Math.min(limits.codesBatch, wanted === null ? Infinity : wanted - made.codes.length)) {
      const next = codes.next();
      if (next.done === true) open = false;
      else batch.push(next.value);
    }
    if (batch.length === 0) break;
    const written = await writeCodes.run(redis, saleId, { generation, uses, label, atMs, codes: batch });
    if (written.outcome === 'no_sale') throw new CodedError('sale_not_found');
    for (const [i, { there, used }] of written.rows.entries()) {
      if (there === null) made.codes.push({ code: batch[i]!, uses, used, ...of });
      // A made code that the sale has already, by a rare chance: the next number of the seed takes its place.
      else if (wanted === null) {
        made.codes.push({ code: batch[i]!, ...there, used });
        made.existed += 1;
      }
    }
  }
  return made;
};

/** Access codes of a sale: made, brought, listed, exported and taken back. A code is a secret of a kind: it is in no log. */
export const codes = (context: RouteContext): void => {
  const { redis } = context;

  defineRoute(context, publicRoutes.makeCodes, async ({ params: { sale: saleId }, body, headers, actor }) => {
    if ((body.count === undefined) === (body.codes === undefined))
      throw new CodedError('invalid_request', 'Give either count or codes.', {}, [
        { path: '', detail: 'needs exactly one of count and codes' },
      ]);
    const own = body.codes === undefined ? null : ownCodes(body.codes);
    const generation = await redisBreakerOf(redis).execute(() => redis.hget(keys.sale(saleId), 'createdAt'), 'read');
    if (generation === null) throw new CodedError('sale_not_found');
    const begun = await beginCodes.run(redis, saleId, {
      key: headers['idempotency-key'],
      fingerprint: createHash('sha256')
        .update(JSON.stringify([body.count ?? null, own, body.uses ?? 1, body.label ?? '']))
        .digest('base64url'),
      seed: randomBytes(32).toString('base64url'),
      detail: {
        [own === null ? 'made' : 'brought']: body.count ?? own!.length,
        uses: body.uses ?? 1,
        ...(body.label === undefined ? {} : { label: body.label }),
      },
      by: actor,
    });
    if (begun.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (begun.outcome === 'idempotency_conflict') throw new CodedError('idempotency_conflict');
    const made = await writeAll(redis, saleId, body, {
      codes: own === null ? codesOf(begun.seed) : own[Symbol.iterator](),
      wanted: body.count ?? null,
      atMs: begun.atMs,
      generation,
    });
    return { status: 201, body: made };
  });

  defineRoute(context, publicRoutes.getCodes, async ({ params: { sale: saleId }, query }) => {
    const isCsv = query.format === 'csv';
    const most = isCsv ? limits.codesPerPage : Number(query.limit ?? limits.codesPerPageDefault);
    const page = await readCodes.run(redis, saleId, { after: isCsv ? 0 : Number(query.cursor ?? 0), most });
    if (page.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (isCsv) return csvAnswer<CodesList>(`codes-${saleId}`, codesCsv(redis, saleId, page));
    const isFull = page.codes.length > 0 && page.codes.length === most;
    return { status: 200, body: { codes: page.codes, ...(isFull ? { next: String(page.last) } : {}) } };
  });

  defineRoute(context, publicRoutes.deleteCode, async ({ params: { sale: saleId, code }, actor }) => {
    const outcome = await deleteCode.run(redis, saleId, { code: normalisedCode(code), by: actor });
    if (outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (outcome === 'code_not_found') throw new CodedError('code_not_found');
    return { status: 204 };
  });
};
