import { nextGuard } from '@sunbeon/guard/next';
import { shopGuard } from '../../guard.js';

/**
 * `request.sunbeon` is the pass, checked here, too. The order belongs to the shop's own cookie, never to the pass: whoever shares a ticket shares the pass.
 */
export const POST = nextGuard(shopGuard, async (request) => {
  const order = `A-${crypto.randomUUID().slice(0, 8)}`;
  const response = new Response(null, { status: 303, headers: { location: '/thanks' } });
  response.headers.append('set-cookie', `shop-order=${order}; Path=/; HttpOnly; SameSite=Lax`);
  // The visit is over and the next one is admitted. The order stands also when Sunbeon does not answer: the stay then ends by itself.
  if (request.sunbeon) {
    const ended = await shopGuard()
      .complete(request.sunbeon.passId, { outcome: 'purchased', reference: order, quantity: 1 })
      .catch(() => null);
    if (ended) response.headers.append('set-cookie', ended.setCookie);
  }
  return response;
});
