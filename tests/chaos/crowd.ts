import { newKey, type Client } from '@sunbeon/client';
import { createCaller, pause, type Caller } from './caller.ts';
import type { History } from './history.ts';
import { createLine, type Line } from './line.ts';
import type { Random } from './random.ts';

/** One simulated visitor, from join to end. */
export type Visit = () => Promise<void>;
export interface Surroundings {
  saleId: string;
  history: History;
  caller: Caller;
  line: Line;
  random: Random;
}

/** Visitors of a shop: they buy at once, or hold and confirm. */
export const shopVisits = ({ saleId, history, caller, line, random }: Surroundings): Visit => {
  const { call, insist } = caller;

  const buy = async (visitor: string, me: Client, quantity: number): Promise<void> => {
    const key = newKey();
    const attempt = async () => {
      const answer = await call('purchase', me.purchase(saleId, quantity, { idempotencyKey: key }));
      history.buys.push({
        visitor,
        key,
        quantity,
        outcome: answer.outcome,
        purchaseId: answer.value?.purchaseId ?? null,
        code: answer.code,
      });
      return answer;
    };
    const first = await insist(attempt);
    // Some visitors repeat a purchase much later; the answer must be the same.
    if (first.outcome === 'ok' && random.next() < 0.3) await insist(attempt);
  };

  const holdAndConfirm = async (visitor: string, me: Client, quantity: number): Promise<void> => {
    const idempotencyKey = newKey();
    const held = await insist(() => call('hold', me.hold(saleId, quantity, { idempotencyKey })));
    if (held.value === null) return;
    const { holdId } = held.value;
    await pause(random.between(0, 1_500));
    if (random.next() < 0.3) return void (await insist(() => call('release', me.release(saleId, holdId))));
    await insist(async () => {
      const answer = await call('confirm', me.confirm(saleId, holdId));
      history.buys.push({
        visitor,
        key: `confirm ${holdId}`,
        quantity,
        outcome: answer.outcome,
        purchaseId: answer.value?.purchaseId ?? null,
        code: answer.code,
      });
      return answer;
    });
  };

  /** One visitor, from join to end. */
  return async () => {
    const place = await line.join(line.stranger);
    if (!place) return pause(100 + Math.random() * 300);
    const { visitorId } = place.visitor;
    const { token } = place;
    const me = line.stranger.withToken(token);
    const mood = random.next();
    if (mood < 0.05) return;
    if (mood < 0.12) return void (await insist(() => call('leave', me.leave(saleId))));
    if (mood < 0.2) await line.join(me);
    const admitted = await (mood < 0.6 ? line.listen(visitorId, token, 30_000) : line.poll(me, 30_000));
    if (!admitted) return;
    const wish = random.next();
    if (wish < 0.1) return;
    if (wish < 0.6) await insist(() => call('claim', me.claim(saleId)));
    if (wish < 0.15) return;
    if (wish < 0.25) return void (await insist(() => call('leave', me.leave(saleId))));
    const quantity = 1 + Math.floor(random.next() * 2);
    await (wish < 0.7 ? buy(visitorId, me, quantity) : holdAndConfirm(visitorId, me, quantity));
  };
};

/** A crowd of simulated visitors of one sale, one after the other in each place of it. */
export const createCrowd = (
  saleId: string,
  gateways: readonly string[],
  history: History,
  random: Random,
  visits: (surroundings: Surroundings) => Visit,
) => {
  const caller = createCaller(history);
  const line = createLine(saleId, gateways, history, caller);
  const visit = visits({ saleId, history, caller, line, random });

  const people: Promise<void>[] = [];
  return {
    start: (count: number): void => {
      for (let i = 0; i < count; i += 1)
        people.push(
          (async () => {
            while (caller.isRunning()) await visit();
          })(),
        );
    },
    /** Ends all visitors; waits for calls in flight. */
    stop: async (): Promise<void> => {
      caller.end();
      line.cut();
      await Promise.all(people);
    },
  };
};
