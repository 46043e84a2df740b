// The page's ops port, as the services have one: /metrics, /livez, /readyz. Never public.
import { subscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createPageMetrics } from './page-metrics.mjs';

/** The page may take this long to answer a probe, ms. */
const probeMs = 2_000;

/** Whether the page serves a file: Next is up, and its event loop turns. */
const isReady = ({ host, port }) =>
  new Promise((resolve) => {
    const to = { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port, path: '/icon.svg', timeout: probeMs, agent: false };
    const request = get(to, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });

/** Counts every request of this process from now on, and serves the ops port. It does not keep the process alive. */
export const startOps = ({ opsPort, port, host, commitFile }) => {
  const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
  const { registry, observe } = createPageMetrics({
    version,
    commit: existsSync(commitFile) ? readFileSync(commitFile, 'utf8').trim() : '',
  });
  const say = (response, status, body, type = 'application/json') =>
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  const paths = {
    '/metrics': async (response) => say(response, 200, await registry.metrics(), registry.contentType),
    '/livez': async (response) => say(response, 200, { status: 'live' }),
    '/readyz': async (response) => {
      const ready = await isReady({ host, port });
      say(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', missing: ready ? [] : ['the page does not answer'] });
    },
  };
  const ops = createServer((request, response) => {
    const answer = request.method === 'GET' && paths[request.url.split('?', 1)[0]];
    if (answer) void answer(response);
    else say(response, 404, { status: 'not found' });
  });
  subscribe('http.server.request.start', ({ request, response, server }) => {
    if (server === ops) return;
    const { url, method } = request;
    const startedAt = performance.now();
    response.once('close', () => {
      if (response.headersSent) observe({ url, method, status: response.statusCode, seconds: (performance.now() - startedAt) / 1_000 });
    });
  });
  ops.on('error', (error) => {
    process.stderr.write(`OPS_PORT ${opsPort} cannot be used: ${error.message}\n`);
    process.exit(1);
  });
  ops.listen(Number(opsPort), host).unref();
  return ops;
};
