import { createHash } from 'node:crypto';
import { publicRoutes } from '@sunbeon/contracts';
import { newTransferCode } from '@sunbeon/contracts/server';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { makeTransfer } from '../scripts/make-transfer.ts';
import { readPlaces } from '../scripts/read-places.ts';
import { takeTransfer } from '../scripts/take-transfer.ts';
import { visitorView } from '../visitor-view.ts';

/** Redis knows a code by its hash: who reads Redis cannot take a place with it. */
const hashOf = (code: string): string => createHash('sha256').update(code).digest('base64url');
const signIn = 'Sign in on the other device: the place is there, too.';

/** The way of a place to another device: a link that is good once, and the place with a token of its own for whoever opens it. */
export const transfers = (context: RouteContext): void => {
  const { redis, tokens } = context;

  defineRoute(context, publicRoutes.postTransfer, async ({ visitor: { saleId, visitorId, seq, generation } }) => {
    const code = newTransferCode();
    const made = await makeTransfer.run(redis, saleId, { visitor: visitorId, seq, generation, hash: hashOf(code) });
    if (made.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (made.outcome === 'member_required') throw new CodedError('member_required', signIn);
    if (made.outcome === 'rate_limited')
      throw new CodedError('rate_limited', 'This place had all its links of an hour.', {
        'retry-after': String(Math.max(1, Math.ceil(made.waitMs / 1_000))),
      });
    if (made.outcome !== 'made') throw new CodedError(made.outcome);
    // The gateway knows where the page is, and puts its origin before this.
    const url = `/sales/${saleId}#transfer=${code}`;
    return { status: 201, body: { url, code, expiresAt: new Date(made.untilMs).toISOString() } };
  });

  defineRoute(context, publicRoutes.takeTransfer, async ({ params: { sale: saleId }, body }) => {
    // Obtained before the code is spent: it is not lost while no key may sign.
    const sign = tokens.signer();
    const taken = await takeTransfer.run(redis, saleId, hashOf(body.code));
    if (taken.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (taken.outcome === 'member_required') throw new CodedError('member_required', signIn);
    if (taken.outcome !== 'taken') throw new CodedError(taken.outcome);
    const { visitor, seq: shown } = taken;
    const read = await readPlaces.run(redis, saleId, [{ visitor, seq: shown }]);
    if (read.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const { sale, places } = read;
    const place = places[0]!;
    if (place.state === 'absent' || place.state === 'refused' || place.state === 'another_generation' || place.state === 'settings_changed')
      throw new CodedError('code_invalid', 'The place of this code is over.');
    const seq = place.state === 'waiting' ? place.seq : shown;
    const token = sign({ saleId, visitorId: visitor, seq, generation: sale.generation }, sale.nowMs);
    return { status: 200, body: { visitor: visitorView(saleId, visitor, seq, place, sale), token } };
  });
};
