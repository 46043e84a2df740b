// Serves the built page: `npm start -w web`. Environment: WEB_PORT or PORT (3000), HOST (127.0.0.1), GATEWAY_URL, TRUST_PROXY (the proxies in front), PAGE_SECRET (as the gateway's).
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { Server } from 'node:http';
import { createForwarding } from './forwarded.mjs';
import { settingsOrExit } from './settings.mjs';
import { stopGently } from './stopping.mjs';

const { port, host, gatewayUrl, trustProxy, secret } = settingsOrExit(process.env);
const server = new URL('./.next/standalone/web/server.js', import.meta.url);
if (!existsSync(server)) {
  console.error('The page is not built yet. Build it first: npm run build -w web');
  process.exit(1);
}
// Next adds the target address to a relayed answer; the gateway's address is internal, so it is removed.
const internal = 'x-middleware-rewrite';
/** A path with invalid percent-encoding (`/sales/%zz`) fails in Next's router before any page: it is rewritten to one that does not exist. */
const readable = (address) => {
  try {
    decodeURIComponent(address.split('?', 1)[0]);
    return true;
  } catch {
    return false;
  }
};
subscribe('http.server.request.start', ({ request, response }) => {
  const { url = '/' } = request;
  if (!readable(url)) request.url = url.startsWith('/api/') ? '/api/no-such-address' : '/no-such-page';
  const { setHeader } = response;
  response.setHeader = function set(name, value) {
    return String(name).toLowerCase() === internal ? this : setHeader.call(this, name, value);
  };
});
const forward = createForwarding({ trustProxy, secret });
// Next forwards a client's claims about its address, and its upgrades pass no hook: headers are rewritten before Next sees them.
const { emit } = Server.prototype;
Server.prototype.emit = function arrive(event, ...args) {
  if (event === 'request' || event === 'upgrade') forward(args[0]);
  return emit.call(this, event, ...args);
};
stopGently();
process.env.PORT = port;
process.env.HOSTNAME = host;
process.env.GATEWAY_URL = gatewayUrl;
await import(server.href);
