import { publicRoutes } from '@sunbeon/contracts';
import { newVisitorId } from '@sunbeon/contracts/server';
import { batchPerSale, CodedError, codedErrorOf, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { join, type Joiner } from '../scripts/join.ts';
import type { PlaceOutcome, SaleState } from '../scripts/place-reply.ts';
import { visitorView } from '../visitor-view.ts';

const details = {
  sale_not_open: 'Nobody can join this sale now.',
  sold_out: 'Everything is sold.',
  limit_exceeded: 'You have bought as many as one visitor may.',
} as const;

/** A new place (201) or the existing one (200), with a token for it. */
export const postQueue = (context: RouteContext): void => {
  const { redis, tokens, metrics } = context;
  const loadBatched = batchPerSale<Joiner, { place: PlaceOutcome; sale: SaleState }>(async (saleId, joiners) => {
    const reply = await join.run(redis, saleId, joiners);
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return reply.places.map((place) => ({ place, sale: reply.sale }));
  }, metrics.batched.join);

  defineRoute(context, publicRoutes.postQueue, async ({ params: { sale: saleId }, visitor: known, operation }) => {
    const sign = tokens.signer();
    const asked = known?.visitorId ?? (operation === undefined ? newVisitorId() : tokens.visitorOf(saleId, operation));
    const ask = (joiner: Joiner) =>
      loadBatched(saleId, joiner).catch((error: unknown) => {
        if (codedErrorOf(error).code !== 'sale_not_found') metrics.joined.failed();
        throw error;
      });
    let visitorId = asked;
    let { place, sale } = await ask({ visitorId, generation: known?.generation ?? 0 });
    if (place.state === 'another_generation') {
      // A token of another generation: a new visitor id, the same for each repetition.
      visitorId = tokens.visitorOf(saleId, `${asked} in ${sale.generation}`);
      ({ place, sale } = await ask({ visitorId, generation: 0 }));
    }
    if (
      place.state === 'another_generation' ||
      place.state === 'absent' ||
      place.state === 'purchased' ||
      place.state === 'completed' ||
      place.state === 'left' ||
      place.state === 'expired'
    )
      throw new Error(`join answered ${place.state}`);
    metrics.joined[place.state === 'refused' ? place.why : place.state]();
    if (place.state === 'refused') throw new CodedError(place.why, details[place.why]);
    const seq = place.state === 'joined' || place.state === 'waiting' ? place.seq : visitorId === asked ? (known?.seq ?? 0) : 0;
    const signed = sign({ saleId, visitorId, seq, generation: sale.generation });
    return {
      status: place.state === 'joined' || (place.state === 'lobby' && place.isNew) ? 201 : 200,
      body: { visitor: visitorView(saleId, visitorId, seq, place, sale), token: signed },
      token: signed,
    };
  });
};
