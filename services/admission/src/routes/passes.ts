import { publicRoutes, saleIdOfPass, withoutTicket } from '@sunbeon/contracts';
import { CodedError, defineRoute, serveRpc } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { complete } from '../scripts/complete.ts';
import { extend } from '../scripts/extend.ts';
import { readPass } from '../scripts/read-pass.ts';
import { redeem } from '../scripts/redeem.ts';
import { holdPart } from '../scripts/stored-hold.ts';
import { ticketHashOf } from './post-ticket.ts';

/** Tickets and pass ids name their sale, so that no other one is asked. */
const saleOfPass = (passId: string): string => {
  const saleId = saleIdOfPass(passId);
  if (saleId === null) throw new CodedError('pass_not_found');
  return saleId;
};
const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** What the shop's server does with its key: redeem a ticket, look at a stay, lengthen it, end it. */
export const passes = (context: RouteContext): void => {
  const { app, redis, durable, metrics, signer } = context;

  defineRoute(context, publicRoutes.redeemTicket, async ({ body, headers, shop, actor }) => {
    const saleId = saleIdOfPass(body.ticket);
    if (saleId === null) throw new CodedError('ticket_not_found');
    const { keyId, sign } = signer;
    const key = headers['idempotency-key'];
    const redeemed = await durable.run(redeem, saleId, {
      ticketHash: ticketHashOf(body.ticket),
      key,
      keyId,
      shop,
      by: actor,
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

  defineRoute(context, publicRoutes.extendPass, async ({ params: { pass: passId }, headers, shop, actor }) => {
    const saleId = saleOfPass(passId);
    const { keyId, sign } = signer;
    const extended = await durable.run(extend, saleId, { passId, key: headers['idempotency-key'], keyId, shop, by: actor });
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

  defineRoute(context, publicRoutes.completePass, async ({ params: { pass: passId }, body, shop, actor }) => {
    const saleId = saleOfPass(passId);
    const completed = await durable.run(complete, saleId, { passId, shop, by: actor, ...body });
    metrics.completed[completed.outcome]();
    if (completed.outcome !== 'completed' && completed.outcome !== 'replayed') throw new CodedError(completed.outcome);
    return { status: 200, body: { completedAt: new Date(completed.completedAtMs).toISOString() } };
  });

  // For gateways that guard a shop without a key of its own. Only a ticket of the sale that is guarded is one.
  const redemptionSchema = {
    200: { type: 'object', required: ['pass', 'exp'], properties: { pass: { type: 'string' }, exp: { type: 'integer' } } },
  };
  serveRpc(app, context.tokens, 'redeem', redemptionSchema, async ({ saleId, ticket, redemption }) => {
    if (typeof ticket !== 'string' || typeof redemption !== 'string' || !/^[A-Za-z0-9_-]{22}$/.test(redemption))
      throw new CodedError('invalid_request', 'that is no redemption');
    if (saleIdOfPass(ticket) !== saleId) throw new CodedError('ticket_not_found');
    const input = { ticketHash: ticketHashOf(ticket), key: `guard ${redemption}`, keyId: signer.keyId, shop: '' };
    const redeemed = await durable.run(redeem, saleId, input);
    metrics.redeemed[redeemed.outcome]();
    if (redeemed.outcome === 'ticket_not_found') throw new CodedError('ticket_not_found');
    return { status: 200, body: { pass: await signer.sign(saleId, redeemed.passId, redeemed), exp: redeemed.exp } };
  });

  // For gateways, which serve it to everybody; the private halves never leave this service.
  app.get('/internal/pass-keys', async (_, reply) => reply.send(signer.jwks));
};
