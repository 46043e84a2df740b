import { isSaleId, publicRoutes, type RpcResult, type RpcItem } from '@sunbeon/contracts';
import { batchPerSale, bearerOf, CodedError, serveRpc } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import type { PlaceOutcome, SaleState } from '../scripts/place-reply.ts';
import { readPlaces, type PlaceQuery } from '../scripts/read-places.ts';
import { visitorView } from '../visitor-view.ts';

/** Where a visitor is. Header `x-sunbeon-event`: the number of the last event this answer knows, for the relay. */
export const getPlace = ({ app, redis, tokens, metrics }: RouteContext): void => {
  const loadBatched = batchPerSale<PlaceQuery, { place: PlaceOutcome; sale: SaleState }>(async (saleId, queries) => {
    const reply = await readPlaces.run(redis, saleId, queries);
    if (!reply) throw new CodedError('sale_not_found');
    return reply.places.map((place) => ({ place, sale: reply.sale }));
  }, metrics.batched.place);

  const handle = async ({ saleId, token }: RpcItem): Promise<RpcResult> => {
    if (!isSaleId(saleId)) throw new CodedError('invalid_request', 'that is no sale id');
    const { visitorId, seq, generation } = tokens.verify(token, saleId);
    const { place, sale } = await loadBatched(saleId, { visitor: visitorId, seq });
    // A token of a sale of this name that was deleted speaks for nobody in this one.
    if (place.state === 'absent' || place.state === 'refused' || place.state === 'another_generation' || generation !== sale.generation) throw new CodedError('not_in_queue');
    return { status: 200, body: visitorView(saleId, visitorId, seq, place, sale), headers: { 'x-sunbeon-event': String(sale.event) } };
  };

  serveRpc(app, tokens, 'place', handle);
  app.get<{ Params: { sale: string } }>(publicRoutes.getPlace.url, { schema: { params: publicRoutes.getPlace.params } }, async (request, reply) => {
    const { status, body, headers } = await handle({ saleId: request.params.sale, token: bearerOf(request.headers.authorization) });
    return reply.code(status).headers(headers ?? {}).send(body);
  });
};
