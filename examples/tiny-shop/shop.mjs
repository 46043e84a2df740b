// A shop that knows nothing of waiting rooms but three headers of its proxy, and one call when an order is done.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const page = (title, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; }
  body { max-width: 30rem; margin: 0 auto; padding: 3rem 1.25rem; font: 1.05rem/1.6 system-ui, sans-serif; }
  h1 { line-height: 1.15; text-wrap: balance; }
  code { overflow-wrap: anywhere; }
  button { width: 100%; min-height: 3rem; font: inherit; cursor: pointer; }
</style>
<h1>${title}</h1>
${body}
</html>
`;
const shopPage = ({ visitor, expires }) =>
  page(
    'Tiny shop',
    `<p>You are inside until <time datetime="${expires}">${expires.slice(11, 16)} UTC</time>, visitor <code>${visitor}</code>.</p>
<form method="post" action="/order"><button>Order</button></form>`,
  );
const thanksPage = (order) => page('Thank you for your order', `<p>Your order number is <strong>${order}</strong>.</p>`);

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const headersOf = ({ headers }) => ({
  visitor: escape(headers['x-sunbeon-visitor'] ?? ''),
  passId: headers['x-sunbeon-pass-id'] ?? '',
  expires: escape(headers['x-sunbeon-expires'] ?? ''),
});

/** The visit is over: the next one is admitted. The pass says that somebody may come in, never who: the shop's own login does that. */
const complete = (passId, reference, { gatewayUrl, shopKey }) =>
  fetch(`${gatewayUrl}/api/passes/${encodeURIComponent(passId)}/complete`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shopKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'purchased', reference }),
    signal: AbortSignal.timeout(3_000),
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
        const order = `A-${randomUUID().slice(0, 8)}`;
        // The order stands also when Sunbeon does not answer: the stay then ends by itself.
        const { status } = await complete(passId, order, { gatewayUrl, shopKey }).catch(() => ({ status: 'no answer' }));
        if (status !== 200) console.error(`complete: ${status}`);
        return send(200, 'text/html; charset=utf-8', thanksPage(order));
      }
      // What the proxy says, as a program sees it.
      if (request.url === '/seen')
        return send(200, 'application/json', JSON.stringify({ method: request.method, headers: request.headers, body }));
      return send(200, 'text/html; charset=utf-8', shopPage({ visitor, expires }));
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
