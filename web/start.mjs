// Serves the built page: `npm start -w web`. Environment: WEB_PORT or PORT (3000), HOST (127.0.0.1), OPS_PORT (none: no metrics), GATEWAY_URL, WEB_URL (where people see it), TRUST_PROXY (the proxies in front), PAGE_SECRET (as the gateway's), LOG_LEVEL, REQUEST_LOG.
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { Server } from 'node:http';
import { createAnswers, isFile } from './answers.mjs';
import { createForwarding } from './forwarded.mjs';
import { identify, takeOverOutput } from './log.mjs';
import { startOps } from './ops.mjs';
import { ignoreOtherUpgrades, refuseOffer } from './other-upgrades.mjs';
import { pathOfTarget, routeOf } from './routes.mjs';
import { settingsOrExit } from './settings.mjs';
import { stopGently } from './stopping.mjs';

const { port, opsPort, host, gatewayUrl, trustProxy, secret, level, requests } = settingsOrExit(process.env);
const server = new URL('./.next/standalone/web/server.js', import.meta.url);
if (!existsSync(server)) {
  console.error('The page is not built yet. Build it first: npm run build -w web');
  process.exit(1);
}
const log = takeOverOutput({ level, secret });
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
  // Next alone has nine that wait for the end of a relayed answer: no leak.
  response.setMaxListeners(20);
  const url = pathOfTarget(request.url ?? '/');
  request.url = url;
  if (!readable(url)) request.url = url.startsWith('/api/') ? '/api/no-such-address' : '/no-such-page';
  const { setHeader } = response;
  // A file of the build is the same for everybody.
  if (!isFile(url)) response.setHeader('x-request-id', identify(request));
  response.setHeader = function set(name, value) {
    return String(name).toLowerCase() === internal ? this : setHeader.call(this, name, value);
  };
});
if (requests)
  subscribe('http.server.response.finish', ({ request, response }) => {
    log(
      'info',
      'request',
      { request_id: identify(request), method: request.method, route: routeOf(request.url), status: response.statusCode },
      'answered',
    );
  });
const forward = createForwarding({ trustProxy, secret });
const answer = createAnswers(server);
// Next forwards a client's claims about its address, and its upgrades pass no hook: headers are rewritten before Next sees them.
const { emit } = Server.prototype;
Server.prototype.emit = function arrive(event, ...args) {
  if (event === 'request' || event === 'upgrade') {
    forward(args[0]);
    identify(args[0]);
  }
  if (event === 'request') {
    refuseOffer(args[0], args[1]);
    answer(args[0], args[1], () => emit.call(this, event, ...args));
    return true;
  }
  return emit.call(this, event, ...args);
};
stopGently();
ignoreOtherUpgrades();
process.env.PORT = port;
process.env.HOSTNAME = host;
process.env.GATEWAY_URL = gatewayUrl;
// Before the page, so that its first request counts.
if (opsPort) startOps({ opsPort, port, host, commitFile: new URL('./.next/standalone/web/commit', import.meta.url) });
await import(server.href);
