import { publicRoutes } from '@sunbeon/contracts';
import { batchPerSale, CodedError, defineRoute, type VisitorToken } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import type { PlaceOutcome, SaleState } from '../scripts/place-reply.ts';
import { readPlaces, type PlaceQuery } from '../scripts/read-places.ts';
import { visitorView } from '../visitor-view.ts';

/** A visitor's place. Header `x-sunbeon-event`: number of the last event included in the answer, for the relay.
 * A token of the lobby is renewed once the place has a number. */
export const getPlace = (context: RouteContext): void => {
  const { redis, metrics, tokens } = context;
  const loadBatched = batchPerSale<PlaceQuery, { place: PlaceOutcome; sale: SaleState }>(async (saleId, queries) => {
    const reply = await readPlaces.run(redis, saleId, queries);
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return reply.places.map((place) => ({ place, sale: reply.sale }));
  }, metrics.batched.place);

  /** Null while no key may sign: the old token stays good. */
  const renewed = (token: VisitorToken): string | null => {
    try {
      return tokens.sign(token);
    } catch {
      return null;
    }
  };

  defineRoute(context, publicRoutes.getPlace, async ({ visitor: { saleId, visitorId, seq, generation } }) => {
    const { place, sale } = await loadBatched(saleId, { visitor: visitorId, seq });
    // A token of an earlier generation of the sale is not valid for this one.
    if (
      place.state === 'absent' ||
      place.state === 'refused' ||
      place.state === 'another_generation' ||
      place.state === 'settings_changed' ||
      generation !== sale.generation
    )
      throw new CodedError('not_in_queue');
    const answer = {
      status: 200,
      body: visitorView(saleId, visitorId, seq, place, sale),
      headers: { 'x-sunbeon-event': String(sale.event) },
    } as const;
    // A token of the lobby gets the drawn number: with it the relay computes positions without asking.
    if (seq > 0 || place.state !== 'waiting') return answer;
    const token = renewed({ saleId, visitorId, seq: place.seq, generation });
    return token === null ? answer : { ...answer, token };
  });
};
