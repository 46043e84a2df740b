import { describe, expect, it } from '@jest/globals';
import { errorCatalogue, errorsOf, publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { adminToken, shopKey } from '../fixtures/stack.mjs';
import { apiAt, createSale, joinAs, newSaleId, valueOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

interface Operation {
  requestBody?: { content: Record<string, { example?: unknown; schema?: { example?: unknown } }> };
  responses: Record<string, unknown>;
  security?: unknown[];
}
type Document = { paths: Record<string, Record<string, Operation>> };

const documented = async () => (await rawCall<Document>('GET', '/openapi.json')).body;
const pathOf = (route: PublicRoute) => route.url.replace(/:(\w+)/g, '{$1}');

describe('GET /openapi.json', () => {
  it('describes every route, each success and each problem, and nothing else under /api but the stream', async () => {
    const { paths } = await documented();
    for (const route of Object.values(publicRoutes)) {
      const operation = paths[pathOf(route)]?.[route.method.toLowerCase()];
      if (!operation) throw new Error(`${route.method} ${route.url} is not described`);
      const statuses = [...Object.keys(route.answers), ...errorsOf(route).map((code) => String(errorCatalogue[code].status))];
      for (const status of statuses)
        expect([route.operationId, Object.keys(operation.responses)]).toEqual([route.operationId, expect.arrayContaining([status])]);
    }
    const known = new Set(Object.values(publicRoutes).map(pathOf));
    expect(Object.keys(paths).filter((path) => path.startsWith('/api') && !known.has(path) && !path.endsWith('/live'))).toEqual([]);
  });

  it('has examples that work when they are sent', async () => {
    const { paths } = await documented();
    const saleId = await createSale({ stock: 100, returnUrls: ['https://shop.test/'] });
    const buyer = await joinAs(saleId);
    const holder = await joinAs(saleId);
    const guest = await joinAs(saleId);
    for (const { place } of [buyer, holder, guest]) await until('the turn', async () => (await place()).body.state === 'admitted');
    const { code: transfer } = await valueOf('transfer', apiAt(undefined, buyer.token).transfer(saleId));
    const values: Record<string, string> = { sale: saleId, transfer };
    for (const [name, route] of Object.entries(publicRoutes)) {
      if (route.example === undefined) continue;
      const content = paths[pathOf(route)]![route.method.toLowerCase()]!.requestBody!.content['application/json']!;
      const example = content.example ?? content.schema?.example;
      expect([name, example]).toEqual([name, route.example]);
      // What each installation has its own of.
      const own = {
        createSale: { saleId: newSaleId() },
        redeemTicket: { ticket: values['ticket'] },
        signIn: { token: adminToken },
        takeTransfer: { code: values['transfer'] },
      }[name];
      const visitor = { postHold: holder, postConfirm: holder, postTicket: guest }[name] ?? buyer;
      const token = route.tag === 'operator' ? adminToken : route.auth === 'shop' ? shopKey : visitor.token;
      const answer = await rawCall<{ url?: string; passId?: string; holdId?: string; purchaseId?: string }>(
        route.method,
        route.url.replace(/:(\w+)/g, (_, param: string) => values[param]!),
        { token, body: { ...(example as object), ...own }, headers: { 'idempotency-key': `example-${name}` } },
      );
      expect([name, answer.status]).toEqual([name, Number(Object.keys(route.answers)[0])]);
      if (answer.body.url !== undefined) values['ticket'] = new URL(answer.body.url).searchParams.get('sunbeon_ticket')!;
      if (answer.body.passId !== undefined) values['pass'] = answer.body.passId;
      if (answer.body.holdId !== undefined) values['hold'] = answer.body.holdId;
      if (answer.body.purchaseId !== undefined) values['purchase'] = answer.body.purchaseId;
    }
  });
});
