import { createHash } from 'node:crypto';
import { isReturnUrlAllowed, keys, publicRoutes, withTicket } from '@sunbeon/contracts';
import { newTicketCode } from '@sunbeon/contracts/server';
import { CodedError, defineRoute, redisBreakerOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { issueTicket } from '../scripts/issue-ticket.ts';

/** Redis knows a ticket by its hash: who reads Redis cannot enter with it. */
export const ticketHashOf = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');

/** Judged once more when the operator changed the addresses in between. */
const mostTries = 3;

/** A ticket for the shop; asking is a claim. */
export const postTicket = (context: RouteContext): void => {
  const { redis, metrics } = context;
  const readReturnUrls = async (saleId: string): Promise<string | null> => {
    const [exists, urls] = await redisBreakerOf(redis).execute(() => redis.hmget(keys.sale(saleId), 'createdAt', 'returnUrls'), 'read');
    return exists === null ? null : (urls ?? '');
  };

  defineRoute(context, publicRoutes.postTicket, async ({ visitor: { saleId, visitorId, generation }, body }) => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const returnUrls = await readReturnUrls(saleId);
      if (returnUrls === null) throw new CodedError('sale_not_found');
      if (returnUrls === '') throw new CodedError('no_return_url');
      const entries = JSON.parse(returnUrls) as string[];
      const returnUrl = body.returnUrl ?? entries[0]!;
      if (!isReturnUrlAllowed(returnUrl, entries)) throw new CodedError('return_url_not_allowed');
      const ticket = `${saleId}.${newTicketCode()}`;
      const issued = await issueTicket.run(redis, saleId, {
        visitor: visitorId,
        generation,
        ticketHash: ticketHashOf(ticket),
        newPassId: `${saleId}.${newTicketCode()}`,
        returnUrl,
        returnUrls,
      });
      if (issued.outcome === 'changed') continue;
      if (issued.outcome === 'no_sale') throw new CodedError('sale_not_found');
      metrics.ticket[issued.outcome]();
      if (issued.outcome === 'not_admitted') throw new CodedError('not_admitted', 'It is not your turn, or your time is over.');
      if (issued.outcome === 'sale_not_open') throw new CodedError('sale_not_open', 'The sale is closed: nobody enters the shop any more.');
      if (issued.outcome !== 'issued') throw new CodedError('limit_exceeded', 'This stay had all its tickets.');
      return {
        status: 201,
        body: {
          url: withTicket(returnUrl, ticket),
          ticketExpiresAt: new Date(issued.ticketUntilMs).toISOString(),
          passExpiresAt: new Date(issued.expiresAtSeconds * 1_000).toISOString(),
        },
      };
    }
    throw new CodedError('unavailable', 'The addresses of the sale are being changed. Nothing was changed.');
  });
};
