import { newKey } from '@sunbeon/client';
import { createShop } from '@sunbeon/client/shop';
import { ticketIn } from '@sunbeon/contracts';
import { shopKey } from '../fixtures/stack.mjs';
import { pause } from './caller.ts';
import type { Surroundings, Visit } from './crowd.ts';
import type { Ticket } from './history.ts';

export const gateReturnUrl = 'https://shop.test/concert';

/** Visitors of a gate, and the server of the shop behind it, which redeems, extends and completes. */
export const gateVisits = ({ saleId, history, caller, line, random }: Surroundings): Visit => {
  const { call, insist } = caller;
  const shop = createShop({ baseUrl: line.nextGateway, timeoutMs: 8_000, token: shopKey });

  const redeem = (ticket: string, key = newKey()) =>
    insist(async () => {
      const sentAt = performance.now();
      const answer = await call('redeem', shop.redeem(ticket, { idempotencyKey: key }));
      history.redeemings.push({ ticket, key, sentAt, outcome: answer.outcome, value: answer.value });
      return answer;
    });
  const extend = (passId: string, key = newKey()) =>
    insist(async () => {
      const answer = await call('extend', shop.extend(passId, { idempotencyKey: key }));
      history.extendings.push({ passId, key, outcome: answer.outcome, code: answer.code, value: answer.value });
      return answer;
    });
  const complete = (passId: string, end: 'purchased' | 'abandoned') =>
    insist(async () => {
      const answer = await call('complete', shop.complete(passId, { outcome: end }));
      const { outcome, code, value } = answer;
      history.completings.push({ passId, end, ackedAt: performance.now(), outcome, code, completedAt: value?.completedAt ?? null });
      return answer;
    });
  const read = (passId: string) =>
    insist(async () => {
      const sentAt = performance.now();
      const answer = await call('pass', shop.pass(passId));
      history.readings.push({ passId, sentAt, outcome: answer.outcome, state: answer.value?.state ?? null });
      return answer;
    });

  /** The shop's part of a stay: extensions, then an end or none; each intent is sometimes repeated much later. */
  const serve = async (passId: string): Promise<void> => {
    for (let times = random.between(0, 3.5); times >= 1; times -= 1) {
      await pause(random.between(0, 1_500));
      const key = newKey();
      await extend(passId, key);
      if (random.next() < 0.4) await extend(passId, key);
    }
    await pause(random.between(0, 1_500));
    const end = random.next() < 0.7 ? 'purchased' : 'abandoned';
    const other = end === 'purchased' ? 'abandoned' : 'purchased';
    const mood = random.next();
    if (mood < 0.2) return void (await read(passId));
    if (mood < 0.4) await Promise.all([complete(passId, end), complete(passId, other)]);
    else await complete(passId, end);
    await read(passId);
    if (mood < 0.6) await complete(passId, end);
    if (mood < 0.5) await extend(passId);
  };

  return async () => {
    const place = await line.join(line.stranger);
    if (!place) return pause(100 + Math.random() * 300);
    const { visitorId } = place.visitor;
    const me = line.stranger.withToken(place.token);
    if (!(await (random.next() < 0.5 ? line.listen(visitorId, place.token, 30_000) : line.poll(me, 30_000)))) return;
    const mood = random.next();
    if (mood < 0.07) return;

    let last: Ticket | null = null;
    /** Asks for a ticket; the answer ends the ticket before it. */
    const ask = async (): Promise<Ticket | null> => {
      const { value } = await insist(() => call('ticket', me.ticket(saleId)));
      const ticket = value === null ? null : ticketIn(value.url);
      if (ticket === null) return null;
      if (last) last.endedAt = performance.now();
      last = { ticket, visitor: visitorId, endedAt: Infinity };
      history.tickets.push(last);
      return last;
    };
    const first = await ask();
    if (!first) return;
    if (mood < 0.14) {
      const { outcome } = await insist(() => call('leave', me.leave(saleId)));
      if (outcome === 'ok') first.endedAt = performance.now();
      return void (await redeem(first.ticket));
    }
    const second = mood < 0.3 ? await ask() : null;
    if (second) await redeem(first.ticket);
    const { ticket } = second ?? first;
    const key = newKey();
    const rivals = await Promise.all([redeem(ticket, key), ...(mood < 0.6 ? [redeem(ticket), redeem(ticket)] : [])]);
    const passId = rivals.find(({ value }) => value !== null)?.value?.passId;
    if (passId === undefined) return;
    if (mood > 0.8) await redeem(ticket, key);
    if (mood > 0.5) await redeem(ticket);
    await serve(passId);
  };
};
