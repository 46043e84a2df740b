import { expect, it } from '@jest/globals';
import { createHttp } from '../src/http.ts';
import { createLog } from '../src/log/log.ts';
import { createMetrics } from '../src/metrics.ts';

it('every request is timed once, at its route, in any order of registration', async () => {
  const metrics = createMetrics('queue');
  const app = createHttp(createLog('test', 'test', { LOG_LEVEL: 'silent' }), metrics);
  app.get('/plain', async () => 'x');
  await app.register(async (inner) => {
    inner.get('/inner/:id', { onResponse: (_request, _reply, done) => done() }, async () => 'y');
    inner.options('*', async () => '');
  });
  for (const [method, url] of [
    ['GET', '/plain'],
    ['HEAD', '/plain'],
    ['GET', '/inner/1'],
    ['GET', '/inner/2'],
    ['OPTIONS', '/any'],
    ['POST', '/plain'],
    ['GET', '/nowhere'],
  ] as const)
    await app.inject({ method, url });
  const counts = [
    ...(await metrics.registry.metrics()).matchAll(
      /^sunbeon_http_request_duration_seconds_count\{.*route="(.+?)",method="(\w+)",status="(\dxx)"\} (\d+)$/gm,
    ),
  ];
  expect(counts.map(([, ...figures]) => figures.join(' ')).sort()).toEqual([
    '* OPTIONS 2xx 1',
    '/inner/:id GET 2xx 2',
    '/plain GET 2xx 1',
    '/plain HEAD 2xx 1',
    'unmatched GET 4xx 1',
    'unmatched POST 4xx 1',
  ]);
});
