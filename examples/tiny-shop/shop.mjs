// A shop that knows nothing of waiting rooms but three headers of its proxy, and one call when an order is done.
import { createServer } from 'node:http';

const page = ({ visitor, expires }) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tiny shop</title>
<h1>Tiny shop</h1><p>You are inside until ${expires}, visitor ${visitor}.</p>
<form method="post" action="/order"><button>Order</button></form></html>`;
const thanks = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Thank you</title><h1>Thank you for your order</h1></html>';

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const headersOf = ({ headers }) => ({
  visitor: escape(headers['x-sunbeon-visitor'] ?? ''),
  passId: headers['x-sunbeon-pass-id'] ?? '',
  expires: escape(headers['x-sunbeon-expires'] ?? ''),
});

/** The visit is over: the next one is admitted. The pass says that somebody may come in, never who: the shop's own login does that. */
const complete = (passId, { gatewayUrl, shopKey }) =>
  fetch(`${gatewayUrl}/api/passes/${encodeURIComponent(passId)}/complete`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shopKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'purchased', reference: `order-${Date.now()}` }),
  });

/** Listens on this machine only: whoever reaches the shop past its proxy could write the headers himself. */
export const startShop = ({ port, gatewayUrl, shopKey }) =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const { visitor, passId, expires } = headersOf(request);
      let body = '';
      for await (const part of request) body += part;
      const send = (status, type, text) => response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
      if (request.method === 'POST' && request.url === '/order') {
        const { status } = await complete(passId, { gatewayUrl, shopKey }).catch(() => ({ status: 503 }));
        return send(status === 200 ? 200 : 502, 'text/html; charset=utf-8', status === 200 ? thanks : 'Please try again.');
      }
      // What the proxy says, as a program sees it.
      if (request.url === '/seen')
        return send(200, 'application/json', JSON.stringify({ method: request.method, headers: request.headers, body }));
      return send(200, 'text/html; charset=utf-8', page({ visitor, expires }));
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
