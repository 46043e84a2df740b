// Serves the built page: `npm start -w web`. Environment: WEB_PORT or PORT (3000), HOST (127.0.0.1), GATEWAY_URL.
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';

const server = new URL('./.next/standalone/web/server.js', import.meta.url);
if (!existsSync(server)) {
  console.error('The page is not built yet. Build it first: npm run build -w web');
  process.exit(1);
}
// Next answers a relayed call with the address it was relayed to; where the gateway stands is nobody's business.
const internal = 'x-middleware-rewrite';
subscribe('http.server.request.start', ({ response }) => {
  const { setHeader } = response;
  response.setHeader = function set(name, value) {
    return String(name).toLowerCase() === internal ? this : setHeader.call(this, name, value);
  };
});
process.env.PORT = process.env.WEB_PORT ?? process.env.PORT ?? '3000';
process.env.HOSTNAME = process.env.HOST ?? '127.0.0.1';
await import(server.href);
