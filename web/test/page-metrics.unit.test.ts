import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metricCatalogue } from '@sunbeon/contracts';
import { startOps } from '../ops.mjs';
import { createPageMetrics } from '../page-metrics.mjs';
import { routeOf, routes } from '../routes.mjs';

const app = join(import.meta.dirname, '../app');

describe('the metrics of the page', () => {
  it('know every page of web/app by its own route, and no other', () => {
    const folders = readdirSync(app, { recursive: true, encoding: 'utf8' }).flatMap((path) =>
      /(^|\/)(page\.tsx|route\.ts)$/.test(path) ? [`/${dirname(path)}`.replace('/.', '/').replace(/\[(\w+)\]/g, ':$1')] : [],
    );
    expect(routes.toSorted()).toEqual(folders.toSorted());
    for (const page of routes) expect(routeOf(`${page.replaceAll(':', '')}?lang=ko`)).toBe(page);
  });

  it.each([
    ['/api/sales/x/place', 'relayed'],
    ['/docs', 'relayed'],
    ['/openapi.json', 'relayed'],
    ['/_next/static/chunks/a.js', 'file'],
    ['/icon.svg', 'file'],
    ['/sales/a/b', 'unmatched'],
    ['/documents', 'unmatched'],
  ])('take %s for %s', (url, route) => expect(routeOf(url)).toBe(route));

  it('have the labels and bounds of the catalogue', async () => {
    const { registry, observe } = createPageMetrics({ version: '1.2.3', commit: '' });
    observe({ url: '/sales/a', method: 'PURGE', status: 503, seconds: 0.3 });
    const text = await registry.metrics();
    expect(text).toContain('sunbeon_http_request_duration_seconds_count{service="web",route="/sales/:sale",method="other",status="5xx"} 1');
    expect(text).toContain(`sunbeon_build_info{version="1.2.3",commit="unknown",node="${process.versions.node}",service="web"} 1`);
    const bounds = [...text.matchAll(/duration_seconds_bucket\{le="([\d.]+)"/g)].map(([, bound]) => Number(bound));
    expect(bounds).toEqual(metricCatalogue.sunbeon_http_request_duration_seconds.buckets);
  });
});

describe('the ops port of the page', () => {
  const listening = (server: Server): Promise<string> =>
    new Promise((resolve) => server.once('listening', () => resolve(String((server.address() as AddressInfo).port))));
  let page: Server;
  let ops: Server;
  let port: string;
  let opsPort: string;
  beforeAll(async () => {
    page = createServer((request, response) => response.writeHead(request.url === '/icon.svg' ? 200 : 500).end());
    const ready = listening(page);
    page.listen(0, '127.0.0.1');
    port = await ready;
    ops = startOps({ opsPort: '0', port, host: '127.0.0.1', commitFile: pathToFileURL(join(app, 'no-such-file')) });
    opsPort = ops.listening ? String((ops.address() as AddressInfo).port) : await listening(ops);
  });
  afterAll(() => {
    page.close();
    ops.close();
  });
  const ask = (path: string) => fetch(`http://127.0.0.1:${opsPort}${path}`);

  it('counts what the page answers, and not what the ops port does', async () => {
    await (await fetch(`http://127.0.0.1:${port}/sales/a`)).text();
    await ask('/livez');
    const text = await (await ask('/metrics')).text();
    expect(text).toContain('duration_seconds_count{service="web",route="/sales/:sale",method="GET",status="5xx"} 1');
    expect(text).not.toContain('unmatched');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds{service="web"}');
  });

  it('is ready while the page answers, and not when it is gone', async () => {
    expect((await ask('/readyz')).status).toBe(200);
    await new Promise((resolve) => {
      page.close(resolve);
      page.closeAllConnections();
    });
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/livez')).status).toBe(200);
    expect((await ask('/other')).status).toBe(404);
  });
});
