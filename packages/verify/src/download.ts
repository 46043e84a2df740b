// What is public of a draw, by HTTP.
import { FormError } from './answer.ts';
import { width } from './draw.ts';

export const entriesPerPage = 4_096;
const pageBytes = entriesPerPage * width;
const atOnce = 4;
const attempts = 4;
const timeoutMs = 30_000;
const maxJsonBytes = 1_000_000;
const maxWaitMs = 10_000;

/** The server cannot be reached or does not answer as Sunbeon does: nothing is proven by that. */
export class UnreachableError extends Error {}

export interface SaleAddress {
  saleId: string;
  /** `https://host/api/sales/<id>` */
  api: string;
  keys: string;
}

/** The addresses of a sale, from that of its API or its page; null for another url. */
export const addressOf = (url: string): SaleAddress | null => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const [, saleId] = /^\/(?:api\/)?sales\/([a-z0-9][a-z0-9_-]{0,39})\/?$/.exec(parsed?.pathname ?? '') ?? [];
  if (parsed === null || saleId === undefined || !/^https?:$/.test(parsed.protocol)) return null;
  return { saleId, api: `${parsed.origin}/api/sales/${saleId}`, keys: `${parsed.origin}/.well-known/jwks.json` };
};

interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

/** The body, and one byte more than `max` of a longer one. */
const readAtMost = async (response: Response, max: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > max) break;
  }
  return Buffer.concat(chunks, Math.min(length, max + 1));
};

const mayPass = (status: number): boolean => status === 429 || status >= 500;

/** GET. Repeats a lost connection, 429 and 5xx; throws an UnreachableError when none of the attempts was answered. */
const get = async (url: string, maxBytes: number): Promise<Answer> => {
  let reason = '';
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    let waitMs = 250 * 2 ** attempt;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      const { status } = response;
      if (!mayPass(status)) return { status, type: response.headers.get('content-type') ?? '', body: await readAtMost(response, maxBytes) };
      reason = `status ${status}`;
      await response.body?.cancel();
      waitMs = Math.max(waitMs, 1_000 * Number(response.headers.get('retry-after') ?? 0) || 0);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error & { code?: string } };
      reason = cause?.code ?? cause?.message ?? message;
    }
    if (attempt < attempts) await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, maxWaitMs)));
  }
  throw new UnreachableError(`${url}: ${reason}`);
};

/** A JSON value with its status. */
export const getJson = async (url: string): Promise<{ status: number; value: unknown }> => {
  const { status, body } = await get(url, maxJsonBytes);
  try {
    return { status, value: JSON.parse(body.toString('utf8')) as unknown };
  } catch {
    throw new UnreachableError(`${url}: status ${status}, and no JSON`);
  }
};

/** `more` and `fewer`: the pages hold another number of entries than `count`, noticed at this page. */
export type Downloaded = { outcome: 'complete'; roster: Buffer } | { outcome: 'more' | 'fewer'; page: number };

/** The roster, page by page, several at once; beyond the last page must be a 404. */
export const downloadRoster = async (api: string, root: string, count: number): Promise<Downloaded> => {
  const roster = Buffer.alloc(count * width);
  const pages = Math.ceil(count / entriesPerPage);
  let next = 0;
  let fault: { outcome: 'more' | 'fewer'; page: number } | null = null;
  const work = async (): Promise<void> => {
    while (next <= pages && fault === null) {
      const page = next++;
      const url = `${api}/draw/${root}/entries/${page}`;
      const expected = roster.subarray(page * pageBytes, (page + 1) * pageBytes);
      const { status, type, body } = await get(url, expected.length);
      if (status === 404) {
        if (page < pages) fault ??= { outcome: 'fewer', page };
        continue;
      }
      if (status !== 200 || !type.startsWith('application/octet-stream')) throw new UnreachableError(`${url}: status ${status}, ${type}`);
      if (page === pages && body.length === 0) throw new FormError(`page ${page} is beyond the end of the roster and answers 200`);
      if (body.length > expected.length) fault ??= { outcome: 'more', page };
      else if (body.length < expected.length) fault ??= { outcome: 'fewer', page };
      else expected.set(body);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return fault ?? { outcome: 'complete', roster };
};
