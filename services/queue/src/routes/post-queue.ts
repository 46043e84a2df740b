import { publicRoutes, type JoinRefusal } from '@sunbeon/contracts';
import { newVisitorId } from '@sunbeon/contracts/server';
import { batchPerSale, CodedError, codedErrorOf, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { entranceOf } from '../entrance/entrance.ts';
import { join, type Joiner } from '../scripts/join.ts';
import type { JoinedAs, PlaceOutcome, SaleState } from '../scripts/place-reply.ts';
import { visitorView } from '../visitor-view.ts';

const details: Partial<Record<JoinRefusal, string>> = {
  sale_not_open: 'Nobody can join this sale now.',
  sold_out: 'Everything is sold.',
  rate_limited: 'Too many joins from this address; try again in a minute.',
  limit_exceeded: 'You have bought as many as one visitor may.',
};

/** Times that the settings of a sale may change during one join. */
const settingsTries = 4;

interface Joined {
  place: PlaceOutcome;
  as: JoinedAs;
  sale: SaleState;
}

/** A new place (201) or the existing one (200), with a token for it. */
export const postQueue = (context: RouteContext): void => {
  const { durable, tokens, metrics, entrance: checks } = context;
  const loadBatched = batchPerSale<Joiner, Joined>(async (saleId, joiners) => {
    const reply = await durable.run(join, saleId, joiners);
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return reply.places.map((place, i) => ({ place, as: reply.joinedAs[i]!, sale: reply.sale }));
  }, metrics.batched.join);

  defineRoute(
    context,
    publicRoutes.postQueue,
    async ({ params: { sale: saleId }, visitor: known, operation, isLimited, headers, body }) => {
      const sign = tokens.signer();
      const asked = known?.visitorId ?? (operation === undefined ? newVisitorId() : tokens.visitorOf(saleId, operation));
      const shown = () => entranceOf(checks, saleId, body, headers['idempotency-key'], isLimited);
      const ask = async (joiner: Joiner): Promise<Joined> => {
        for (let tries = settingsTries; ; tries -= 1) {
          const entrance = await shown();
          const joined = await loadBatched(saleId, entrance === undefined ? joiner : { ...joiner, entrance }).catch((error: unknown) => {
            if (codedErrorOf(error).code !== 'sale_not_found') metrics.joined.failed();
            throw error;
          });
          if (joined.place.state !== 'settings_changed') return joined;
          if (tries === 1) throw new CodedError('unavailable', 'The settings of the sale are changing. Nothing was changed.');
          // Of all joins that were refused with these settings, one reads the new ones.
          if (entrance?.settings !== undefined) checks.forget(saleId, entrance.settings);
        }
      };
      let answer = await ask({ visitorId: asked, generation: known?.generation ?? 0 });
      if (answer.place.state === 'another_generation')
        // A token of another generation: a new visitor id, the same for each repetition.
        answer = await ask({ visitorId: tokens.visitorOf(saleId, `${asked} in ${answer.sale.generation}`), generation: 0 });
      const { place, as, sale } = answer;
      if (place.state === 'another_generation' || place.state === 'settings_changed' || place.state === 'absent')
        throw new Error(`join answered ${place.state}`);
      const { visitorId, firstJoin } = as;
      if (place.state === 'refused') {
        metrics.joined[place.why]();
        if (place.why === 'member_key_awaited')
          throw new CodedError('unavailable', 'The key of the member token is new here and is being read. Nothing was changed.');
        if (place.why === 'member_unavailable')
          throw new CodedError('unavailable', 'The login of the shop does not answer. Who has a place keeps it.');
        throw new CodedError(place.why, details[place.why], place.why === 'rate_limited' ? { 'retry-after': '60' } : {});
      }
      if (firstJoin !== null) metrics.joined.repeated();
      else if (place.state === 'left' || place.state === 'expired' || place.state === 'purchased' || place.state === 'completed')
        throw new Error(`join answered ${place.state}`);
      else metrics.joined[place.state]();
      // The number of a token is kept for the visitor of the same life of the sale: a member has one id in all of them.
      const before = visitorId === known?.visitorId && known.generation === sale.generation ? known.seq : 0;
      // The same key gets the same token: its number and time are those of the first join.
      const seq = firstJoin?.seq ?? (as.seq > 0 ? as.seq : before);
      const token = sign({ saleId, visitorId, seq, generation: sale.generation }, firstJoin?.atMs ?? sale.nowMs);
      const isNew = place.state === 'joined' || (place.state === 'lobby' && place.isNew);
      return {
        status: isNew || firstJoin !== null ? 201 : 200,
        body: { visitor: visitorView(saleId, visitorId, seq, place, sale), token },
        token,
        ...(firstJoin === null ? {} : { headers: { 'idempotency-replayed': 'true' } }),
      };
    },
  );
};
