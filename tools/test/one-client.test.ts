import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { root } from '../local/commands.mjs';
import { filesOf } from '../local/text-files.mjs';

/** Files below tests, tools and web that reach the API, or what may be the API, without a call of `@sunbeon/client`; with the reason. */
const allowed: Record<string, string> = {
  'tests/acceptance/caching.test.ts': 'headers of caches, also with credentials that these calls do not read',
  'tests/acceptance/catalogue.test.ts': 'every route with every credential, also such as its schema refuses',
  'tests/acceptance/cookies.test.ts': 'several cookies of one name',
  'tests/acceptance/draw.test.ts': 'the header of a renewed token, pages of a roster that are none, and the public keys',
  'tests/acceptance/entrance-keys.test.ts': 'keys that are none, and bodies of odd texts',
  'tests/acceptance/entrance-codes.test.ts': 'CSV, addresses of callers, a body that is too large, and a call without a token',
  'tests/acceptance/entrance-members.test.ts': 'redirects and cookies of a login, and joins with member tokens that are none',
  'tests/acceptance/gate-by-proxy.test.ts': 'the public keys, which are no call of the API',
  'tests/acceptance/guard.test.ts': 'relays the calls of a shop as they came',
  'tests/acceptance/journey.test.ts': 'a stale cookie, and addresses that are not public',
  'tests/acceptance/line-caches.test.ts': 'what caches make of headers, of a query string and of bytes',
  'tests/acceptance/logs.test.ts': 'addresses of visitors and operators, ids of requests, tokens that are none, cookies of sessions',
  'tests/acceptance/members-private.test.ts': 'redirects and cookies of a login',
  'tests/acceptance/operator-audit-log.test.ts': 'CSV, which is no JSON',
  'tests/acceptance/operator-roles.test.ts': 'every route of operators with every role, by token and by cookie',
  'tests/acceptance/openapi.test.ts': 'examples as the document has them',
  'tests/acceptance/orders.test.ts': 'CSV, which is no JSON',
  'tests/acceptance/passes-contract.test.ts':
    'addresses and bodies that no schema takes, credentials of another kind, whole problem documents',
  'tests/acceptance/passes.test.ts': 'shop keys that are none, settings that no schema has, whole problem documents',
  'tests/acceptance/planned.test.ts': 'bodies that no schema takes',
  'tests/acceptance/problems.test.ts': 'faulty requests, and whole problem documents',
  'tests/acceptance/rehearsals.test.ts': 'every public route of a sale, as the catalogue has it',
  'tests/acceptance/security-http.test.ts': 'attacks: ids, bodies, headers and methods that are none',
  'tests/acceptance/security-live.test.ts': 'attacks: origins, cookies and forged addresses',
  'tests/acceptance/security.test.ts': 'forged tokens, copied cookies, fields that no schema has, whole answers compared',
  'tests/acceptance/seed-secret.test.ts': 'every route that reads, as the catalogue has it, with its headers',
  'tests/acceptance/stats.test.ts': 'queries that the schema refuses',
  'tests/acceptance/strangers.test.ts': 'bad input of every kind',
  'tests/acceptance/tracing-sampling.test.ts': 'the header `traceparent`',
  'tests/acceptance/tracing.test.ts': 'the header `traceparent`',
  'tests/chaos/dev.test.ts': 'addresses of the page',
  'tests/chaos/pass-rotation.test.ts': 'the public keys, and a question of a proxy',
  'tests/chaos/readiness.test.ts': 'health of a process',
  'tests/chaos/redis-faults.test.ts': 'a change without the key that the client always sends',
  'tests/e2e/example-shops.ts': 'a shop, which is no part of the API',
  'tests/e2e/gate.spec.ts': 'the guard as a browser without scripts asks it',
  'tests/e2e/page.ts': 'control of the test stack, by another process',
  'tests/fixtures/cache-recipe.ts': 'asks a cache whether it has started',
  'tests/fixtures/operator-session.ts': 'cookies, origins and addresses of a browser',
  'tests/fixtures/client.ts': 'transport given to the client: keeps headers',
  'tests/fixtures/oidc-provider.ts': 'a login provider, which is no part of the API',
  'tests/fixtures/raw-call.ts': 'the raw request itself',
  'tests/fixtures/shop-calls.ts': 'shop keys that are none, and whole problem documents',
  'tests/monitor/rig.ts': 'Prometheus and Alertmanager',
  'tests/rotation/people.ts': 'transport given to the client: one connection a call',
  'tools/bench/message-crowd.ts': 'the same raw sockets for Sunbeon and for Centrifugo',
  'tools/bench/message.ts': 'Centrifugo, which has an API of its own',
  'tools/bench/orders.ts': 'CSV, and the purchase service without a gateway',
  'tools/bench/public-line.ts': 'the ETag of the line',
  'tools/bench/socket-crowd.ts': 'thousands of sockets, none of which may come back by itself',
  'tools/crowd/transport.ts': 'transport given to the client: a pool of connections',
  'tools/local/demo-sale.mjs': '`npm start` and `npm run dev` run it where nothing is built',
  'tools/local/processes.mjs': 'health of a process',
  'tools/traces/jaeger.mjs': 'health of Jaeger',
  'tools/traces/spans.ts': 'Jaeger, which has an API of its own',
  'tools/soak/run.ts': 'the page as it is sent',
  'tools/soak/sampler.ts': 'the ops port of a process',
  'web/test/page-metrics.unit.test.ts': 'the ops port of the page',
  'web/lib/operator-api.ts': 'CSV, which is no JSON, and transport given to the client: reads the header `Date`',
  'web/lib/api.ts': 'transport given to the client: reads the renewed token',
  'web/lib/as-visitor.ts': 'transport given to the client: what is passed on of a browser, and its cookies',
};

const named = (node: ts.Node): string =>
  ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) && named(node.expression) === 'globalThis' ? node.name.text : '';
/** The literal parts of an address, `…` for the others. */
const textOf = (node: ts.Node | undefined): string => {
  if (node === undefined) return '';
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right);
  return '…';
};
/** An address of the API, or one that says nothing of its path. `/api/v1` is Prometheus. */
const mayBeApi = (text: string): boolean => {
  const path = text.replace(/^https?:\/\/[^/]*/, '').replace(/^…/, '');
  return /\/api\/(?!v1\/)/.test(path) || !/^\/[a-z-]/i.test(path);
};

/** Calls of a text that go past the client: `fetch`, `WebSocket` with an address that `liveUrlOf` did not make, `rawCall` and `rawBytes`; with their lines. */
const handWritten = (file: string, text: string): string[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const made = new Set<string>();
  const found: string[] = [];
  const isMade = (node: ts.Node | undefined): boolean =>
    node !== undefined && ((ts.isCallExpression(node) && named(node.expression) === 'liveUrlOf') || made.has(named(node)));
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && isMade(node.initializer)) made.add(named(node.name));
    const say = (what: string): void =>
      void found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
    if (ts.isCallExpression(node)) {
      const name = named(node.expression);
      if (/^(undici)?fetch$/i.test(name) && mayBeApi(textOf(node.arguments[0]))) say(name);
      if (name === 'rawCall' || name === 'rawBytes') say(name);
    }
    if (ts.isNewExpression(node) && named(node.expression) === 'WebSocket' && !isMade(node.arguments?.[0])) say('WebSocket');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

describe('calls of the API', () => {
  const files = ['tests', 'tools', 'web'].flatMap((folder) => filesOf(['.ts', '.tsx', '.mts', '.mjs'], folder));
  const found = files.flatMap((file) => handWritten(file, readFileSync(join(root, file), 'utf8')).map((line) => ({ file, line })));

  it('go by @sunbeon/client, but for those that are listed', () => {
    expect(found.filter(({ file }) => !(file in allowed)).map(({ line }) => line)).toEqual([]);
  });

  it('that are listed are there: no entry outlives its reason', () => {
    const withCalls = new Set(found.map(({ file }) => file));
    expect(Object.keys(allowed).filter((file) => !withCalls.has(file))).toEqual([]);
  });

  it.each([
    ["fetch('/api/sales')", 1],
    ['fetch(`${gateway}/api/sales/${sale}/queue`, { method: "POST" })', 1],
    ['fetch(`${base}${path}`)', 1],
    ["fetch(base + '/api/sales')", 1],
    ['fetch(url)', 1],
    ['undiciFetch(url)', 1],
    ['globalThis.fetch(url)', 1],
    ["rawCall('GET', '/api/sales')", 1],
    ['rawCall<Sale>("GET", "/api/sales")', 1],
    ['new WebSocket(`${base}/api/sales/${sale}/live`)', 1],
    ['const url = base; new WebSocket(url)', 1],
    ['fetch(`${ops}/metrics`)', 0],
    ['fetch(`http://127.0.0.1:${port}/-/ready`)', 0],
    ['fetch(`${prometheus}/api/v1/targets`)', 0],
    ['fetch(`${web}/sales/job`)', 0],
    ['route.fetch(url)', 0],
    ['const url = liveUrlOf({ baseUrl }, sale); new WebSocket(url, liveProtocolsOf(token))', 0],
    ['new WebSocket(liveUrlOf({ baseUrl }, sale), liveProtocolsOf(token))', 0],
    ["// fetch('/api/sales')", 0],
    ["'fetch(url)'", 0],
  ])('of a text are found: %s', (text, count) => {
    expect(handWritten('a.ts', text)).toHaveLength(count);
  });
});
