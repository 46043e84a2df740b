import { isSaleId, publicRoutes, withoutTicket } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { complete } from '../scripts/complete.ts';
import { extend } from '../scripts/extend.ts';
import { readPass } from '../scripts/read-pass.ts';
import { redeem } from '../scripts/redeem.ts';
import { holdPart } from '../scripts/stored-hold.ts';
import { ticketHashOf } from './post-ticket.ts';

/** `<saleId>.<code>`: tickets and pass ids name their sale, so that no other one is asked. */
const code = /^[A-Za-z0-9_-]{22,128}$/;
const saleOf = (id: string): string | null => {
  const dot = id.indexOf('.');
  const saleId = id.slice(0, Math.max(0, dot));
  return isSaleId(saleId) && code.test(id.slice(dot + 1)) ? saleId : null;
};
const saleOfPass = (passId: string): string => {
  const saleId = saleOf(passId);
  if (saleId === null) throw new CodedError('pass_not_found');
  return saleId;
};
const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** What the shop's server does with its key: redeem a ticket, look at a stay, lengthen it, end it. */
export const passes = (context: RouteContext): void => {
  const { app, redis, metrics, signer } = context;

  defineRoute(context, publicRoutes.redeemTicket, async ({ body, headers, shop, actor }) => {
    const saleId = saleOf(body.ticket);
    if (saleId === null) throw new CodedError('ticket_not_found');
    const { keyId, sign } = signer;
    const key = headers['idempotency-key'];
    const redeemed = await redeem.run(redis, saleId, {
      ticketHash: ticketHashOf(body.ticket),
      key,
      keyId,
      shop,
      by: { ...actor, operator: shop },
    });
    metrics.redeemed[redeemed.outcome]();
    if (redeemed.outcome === 'ticket_not_found') throw new CodedError('ticket_not_found');
    const { passId, visitorId, exp, returnUrl, hold } = redeemed;
    return {
      status: 200,
      body: {
        pass: await sign(saleId, passId, redeemed),
        passId,
        saleId,
        visitorId,
        expiresAt: isoOf(exp),
        returnUrl: withoutTicket(returnUrl),
        ...holdPart(saleId, hold),
      },
      ...(redeemed.outcome === 'replayed' ? { headers: { 'idempotency-replayed': 'true' } } : {}),
    };
  });

  defineRoute(context, publicRoutes.getPass, async ({ params: { pass: passId } }) => {
    const saleId = saleOfPass(passId);
    const found = await readPass.run(redis, saleId, passId);
    if (found.outcome === 'pass_not_found') throw new CodedError('pass_not_found');
    const { outcome: state, visitorId, exp, hold } = found;
    return { status: 200, body: { passId, saleId, visitorId, state, expiresAt: isoOf(exp), ...holdPart(saleId, hold) } };
  });

  defineRoute(context, publicRoutes.extendPass, async ({ params: { pass: passId }, headers, shop }) => {
    const saleId = saleOfPass(passId);
    const { keyId, sign } = signer;
    const extended = await extend.run(redis, saleId, { passId, key: headers['idempotency-key'], keyId, shop });
    metrics.extended[extended.outcome]();
    if (extended.outcome !== 'extended' && extended.outcome !== 'replayed')
      throw new CodedError(
        extended.outcome,
        extended.outcome === 'limit_exceeded' ? 'This stay was extended as often as the sale allows.' : undefined,
      );
    return {
      status: 200,
      body: { pass: await sign(saleId, passId, extended), expiresAt: isoOf(extended.exp) },
      ...(extended.outcome === 'replayed' ? { headers: { 'idempotency-replayed': 'true' } } : {}),
    };
  });

  defineRoute(context, publicRoutes.completePass, async ({ params: { pass: passId }, body, shop }) => {
    const saleId = saleOfPass(passId);
    const completed = await complete.run(redis, saleId, { passId, shop, ...body });
    metrics.completed[completed.outcome]();
    if (completed.outcome !== 'completed' && completed.outcome !== 'replayed') throw new CodedError(completed.outcome);
    return { status: 200, body: { completedAt: new Date(completed.completedAtMs).toISOString() } };
  });

  // For gateways, which serve it to everybody; the private halves never leave this service.
  app.get('/internal/pass-keys', async (_, reply) => reply.send(signer.jwks));
};
