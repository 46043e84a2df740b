// What `npm run traces` runs: one purchase in Chromium, its trace read from Jaeger and drawn.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type CDPSession } from '@playwright/test';
import playwright from '../../tests/e2e/playwright.config.ts';
import { startWeb } from '../../tests/e2e/start.ts';
import { joinAs, operatorAt, valueOf } from '../../tests/fixtures/client.ts';
import { freePort, startStack, until } from '../../tests/fixtures/stack.mjs';
import { root } from '../local/commands.mjs';
import { jaegerVersion, startJaeger } from './jaeger.mjs';
import { inOrder, readTrace, sendSpans, type TraceSpan } from './spans.ts';
import { waterfall } from './waterfall.ts';

const saleId = 'traced';
const pageSecret = randomBytes(16).toString('hex');
const traceId = randomBytes(16).toString('hex');
const newSpanId = (): string => randomBytes(8).toString('hex');
const requestSpan = newSpanId();
/** Purchases before the traced one: the first ones compile the code. */
const earlier = 40;

/** What Chromium's network saw, in its own clock: the request of the purchase, its answer, and the frame about it. */
const watch = async (session: CDPSession) => {
  const seen: { id?: string; startMs?: number; endMs?: number; frameMs?: number } = {};
  let offsetMs = 0;
  session.on('Network.requestWillBeSent', ({ requestId, request, timestamp, wallTime }) => {
    if (request.method !== 'POST' || !request.url.endsWith('/purchases')) return;
    offsetMs = (wallTime - timestamp) * 1_000;
    Object.assign(seen, { id: requestId, startMs: wallTime * 1_000 });
  });
  session.on('Network.loadingFinished', ({ requestId, timestamp }) => {
    if (requestId === seen.id) seen.endMs = timestamp * 1_000 + offsetMs;
  });
  session.on('Network.webSocketFrameReceived', ({ timestamp, response }) => {
    if (response.payloadData.includes('"type":"purchased"')) seen.frameMs = timestamp * 1_000 + offsetMs;
  });
  await session.send('Network.enable');
  return seen;
};

/** In the page: this one request says that it is traced, as a page with a tracer of its own would. */
const traceRequest = `{ const { fetch } = window; window.fetch = (input, init) => {
  if (init?.method !== 'POST' || !String(input?.url ?? input).endsWith('/purchases')) return fetch(input, init);
  const headers = new Headers(init.headers); headers.set('traceparent', '00-${traceId}-${requestSpan}-01');
  return fetch(input, { ...init, headers });
}; }`;

const jaeger = await startJaeger();
const port = await freePort();
const web = `http://localhost:${port}`;
/** The browser stands where a proxy would: its traces are continued, through the page. */
const trust = { TRUST_PROXY: 'loopback', PAGE_SECRET: pageSecret };
const stack = await startStack({
  built: true,
  env: {
    ...trust,
    NODE_ENV: 'production',
    ALLOWED_ORIGINS: web,
    WEB_URL: web,
    TRUST_TRACEPARENT: 'on',
    OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  },
});
const page = await startWeb(stack.folder, port, stack.gateways[0]!, trust);
const browser = await chromium.launch(playwright.use!.launchOptions);
try {
  const gateway = stack.gateways[0]!;
  await valueOf('create', operatorAt(gateway).create({ saleId, title: 'A traced concert', stock: 1_000, admitPerSecond: 50 }));
  for (let i = 0; i < earlier; i += 1) {
    const visitor = await joinAs(saleId, gateway);
    await until('an admission', async () => (await visitor.place()).body.state === 'admitted');
    await visitor.buy(1, `warm-${i}`);
  }

  const visitor = await browser.newPage({ locale: 'en-GB' });
  await visitor.addInitScript({ content: traceRequest });
  const seen = await watch(await visitor.context().newCDPSession(visitor));
  await visitor.goto(`${web}/sales/${saleId}`);
  await visitor.getByTestId('join-button').click();
  await visitor.getByTestId('buy-button').click();
  await visitor.getByTestId('confirmation').first().waitFor();
  await until('the frame', async () => seen.frameMs !== undefined && seen.endMs !== undefined);

  let spans: TraceSpan[] = [];
  const relayed = () => spans.find(({ name }) => name === 'relay purchased');
  await until('the trace in Jaeger', async () => {
    spans = await readTrace(jaeger, traceId);
    return relayed() !== undefined && spans.length >= 5;
  });
  const ofBrowser = { service: 'browser' };
  await sendSpans(jaeger, traceId, [
    { ...ofBrowser, spanId: requestSpan, parent: undefined, name: 'POST …/purchases', startMs: seen.startMs!, endMs: seen.endMs! },
    { ...ofBrowser, spanId: newSpanId(), parent: relayed()!.spanId, name: 'frame purchased', startMs: seen.frameMs!, endMs: seen.frameMs! },
  ]);
  const whole = spans.length + 2;
  await until('the whole trace', async () => (spans = await readTrace(jaeger, traceId)).length === whole);
  const rows = inOrder(spans);
  if (rows.length !== whole) throw new Error(`a part of the trace hangs nowhere: ${JSON.stringify(spans)}`);
  const fromMs = rows[0]!.span.startMs;
  for (const { span, depth } of rows)
    console.log(
      `${(span.startMs - fromMs).toFixed(1).padStart(7)} ms ${(span.endMs - span.startMs).toFixed(1).padStart(7)} ms  ${'  '.repeat(depth)}${span.service}: ${span.name}`,
    );
  const about = `One trace of Jaeger ${jaegerVersion}, ${new Date().toISOString().slice(0, 10)}: all processes and Chromium on one machine, Redis with appendfsync always`;
  writeFileSync(
    join(root, 'docs/pictures/trace.svg'),
    waterfall(spans, "A purchase: from the browser's request to the frame at the browser", about),
  );
  console.log('\ndocs/pictures/trace.svg');
} finally {
  await browser.close();
  page.kill('SIGTERM');
  await stack.stop();
  await jaeger.stop();
}
