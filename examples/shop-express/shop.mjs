// A shop in Express with Sunbeon in front of it. Six lines are the guard's: look for `guard`.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createGuard } from '@sunbeon/guard';
import { expressGuard } from '@sunbeon/guard/express';
import express from 'express';
import { shopPage, thanksPage } from './pages.mjs';

/** The shop's own session. What belongs to a person hangs on this, never on a pass: whoever shares a ticket shares the pass. */
const sessionOf = ({ headers }) => /(?:^|;\s*)shop-session=([\w-]{36})/.exec(headers.cookie ?? '')?.[1];
const orders = new Map();
const mostOrders = 10_000;
const remember = (session, order) => {
  orders.set(session, order);
  if (orders.size > mostOrders) orders.delete(orders.keys().next().value);
};

export const createShop = ({ saleId, gatewayUrl, roomUrl, shopKey, issuer, whenUnavailable }) => {
  const guard = createGuard({ saleId, gatewayUrl, roomUrl, shopKey, issuer, whenUnavailable, paths: ['/style.css', '/thanks', '/health'] });
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', (_, response) => response.send('ok'));
  app.use(expressGuard(guard));
  app.get('/style.css', (_, response) => response.sendFile(fileURLToPath(new URL('style.css', import.meta.url))));

  // `request.sunbeon` is the pass; null while Sunbeon is away and the guard is `open`.
  app.get('/', (request, response) => response.set('cache-control', 'no-store').send(shopPage(request.sunbeon, request.query.note)));

  app.post('/more-time', async (request, response) => {
    try {
      if (request.sunbeon) response.append('set-cookie', (await guard.extend(request.sunbeon.passId)).setCookie);
      response.redirect(303, '/');
    } catch (error) {
      response.redirect(303, error.code === 'limit_exceeded' ? '/?note=limit' : '/?note=later');
    }
  });

  app.post('/order', async (request, response) => {
    const order = `A-${randomUUID().slice(0, 8)}`;
    const session = sessionOf(request) ?? randomUUID();
    remember(session, order);
    response.append('set-cookie', `shop-session=${session}; Path=/; HttpOnly; SameSite=Lax${request.secure ? '; Secure' : ''}`);
    // The visit is over and the next one is admitted. The order stands also when Sunbeon does not answer: the stay then ends by itself.
    if (request.sunbeon) {
      const ended = await guard.complete(request.sunbeon.passId, { outcome: 'purchased', reference: order, quantity: 1 }).catch(() => null);
      if (ended) response.append('set-cookie', ended.setCookie);
    }
    response.redirect(303, '/thanks');
  });

  app.get('/thanks', (request, response) => response.set('cache-control', 'no-store').send(thanksPage(orders.get(sessionOf(request)))));
  return app;
};
