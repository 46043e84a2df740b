import { limits } from './limits.ts';
import type { Settings } from './settings.ts';
import { send, type Outcome } from './sunbeon.ts';
import { GuardError, type Completion } from './types.ts';

export type Redemption =
  { outcome: 'redeemed'; pass: string; expMs: number } | { outcome: 'no_ticket' | 'refused' } | { outcome: 'away'; reason: string };

export interface ShopCalls {
  /** Changes a ticket into a pass. `no_ticket`: Sunbeon says that it is none; `refused`: it refused the call for another reason. */
  redeem: (ticket: string, deadlineMs: number) => Promise<Redemption>;
  extend: (passId: string) => Promise<{ pass: string; expiresAt: string }>;
  complete: (passId: string, completion: Completion) => Promise<{ completedAt: string }>;
}

/** Reads the members of an answer that must be texts. */
const textsOf = <K extends string>(body: Record<string, unknown>, names: readonly K[]): Record<K, string> | null =>
  names.every((name) => typeof body[name] === 'string') ? (body as Record<K, string>) : null;

/** A text that is written into a cookie: nothing that ends its value or the header. */
const isToken = (text: string): boolean => text.length <= limits.passCharacters && /^[\w.-]+$/.test(text);

/** An `Idempotency-Key` for one call and its retry. */
const newKey = (): string => crypto.randomUUID();

export const createShopCalls = ({ gatewayUrl, saleId, shopKey, fetch, log }: Settings): ShopCalls => {
  const post = (path: string, body?: object, key?: string, deadlineMs?: number): Promise<Outcome> =>
    send(
      fetch,
      {
        method: 'POST',
        url: `${gatewayUrl}/api/passes/${path}`,
        headers: {
          authorization: `Bearer ${shopKey}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      deadlineMs,
    );

  /** Pass ids go into a path, and the shop key is good for all sales: an id of another one is refused here. */
  const pathOf = (passId: unknown, verb: string): string => {
    if (typeof passId !== 'string' || !passId.startsWith(`${saleId}.`) || !/^[\w-]+$/.test(passId.slice(saleId.length + 1)))
      throw new GuardError('pass_not_found', 404, `that is no pass of ${saleId}`);
    return `${passId}/${verb}`;
  };

  const valueOf = <K extends string>(answer: Outcome, names: readonly K[]): Record<K, string> => {
    if (answer.outcome === 'away') throw new GuardError('unavailable', 503, answer.reason);
    if (answer.outcome === 'refused') throw new GuardError(answer.code, answer.status, answer.detail);
    const texts = textsOf(answer.body, names);
    if (texts === null) throw new GuardError('unreadable', answer.status);
    return texts;
  };

  return {
    redeem: async (ticket, deadlineMs) => {
      const answer = await post('redeem', { ticket }, newKey(), deadlineMs);
      if (answer.outcome === 'away') return answer;
      if (answer.outcome === 'refused') {
        if (answer.code === 'ticket_not_found') return { outcome: 'no_ticket' };
        log.error(`Sunbeon refused a redemption: ${answer.status} ${answer.code}${answer.status === 401 ? ' (is shopKey right?)' : ''}`);
        return { outcome: 'refused' };
      }
      const texts = textsOf(answer.body, ['pass', 'expiresAt']);
      const expMs = Date.parse(texts?.expiresAt ?? '');
      if (texts === null || Number.isNaN(expMs) || !isToken(texts.pass)) {
        log.error('Sunbeon answered a redemption with something that is no pass');
        return { outcome: 'refused' };
      }
      return { outcome: 'redeemed', pass: texts.pass, expMs };
    },
    extend: async (passId) => {
      const extended = valueOf(await post(pathOf(passId, 'extend'), undefined, newKey()), ['pass', 'expiresAt']);
      if (!isToken(extended.pass) || Number.isNaN(Date.parse(extended.expiresAt))) throw new GuardError('unreadable', 200);
      return extended;
    },
    complete: async (passId, { outcome, reference, quantity }) =>
      valueOf(await post(pathOf(passId, 'complete'), { outcome, reference, quantity }), ['completedAt']),
  };
};
