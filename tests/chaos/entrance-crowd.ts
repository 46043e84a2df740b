import { newKey, solveChallenge, type Place } from '@sunbeon/client';
import { pause } from './caller.ts';
import type { Surroundings, Visit } from './crowd.ts';
import type { Entering, Moving } from './history.ts';

/** Codes of the sale, as they are stored, of few uses each: some at once are tried, and others once those are refused. */
export const entranceCodes: readonly string[] = Array.from({ length: 400 }, (_, i) => `CRASH${String(i).padStart(5, '0')}`);
export const usesOfCode = 2;
const codesAtOnce = 4;
/** A join is repeated with its key for so long: a minute after the first one, less the time of a call. */
const repeatMs = 45_000;

/** Visitors of a sale that asks for a challenge and an access code; some send a join twice, and some take their place to another device. */
export const entranceVisits = ({ saleId, history, caller, line, random }: Surroundings): Visit => {
  const { call, insist, isRunning } = caller;
  let firstCode = 0;

  const proofOf = async (): Promise<{ id: string; payload: string } | null> => {
    const { value } = await insist(() => call('challenge', line.stranger.challenge(saleId)));
    if (value === null) return null;
    const challenge = value;
    return { id: challenge.signature, payload: await solveChallenge(challenge) };
  };

  interface Shown {
    key: string;
    proof: { id: string; payload: string };
    code: string;
  }
  const join = async ({ key, proof, code }: Shown, startedAt: number, isFirst: boolean): Promise<Entering & { place: Place | null }> => {
    const answer = await call('join', line.stranger.join(saleId, { idempotencyKey: key, proof: proof.payload, code }));
    const { visitor, token } = answer.value ?? { visitor: null, token: null };
    const entering: Entering = {
      key,
      challenge: proof.id,
      code,
      visitor: visitor?.visitorId ?? null,
      seq: visitor?.seq ?? null,
      token,
      outcome: answer.outcome,
      why: answer.code,
    };
    history.enterings.push(entering);
    history.joins.push({
      visitor: entering.visitor,
      seq: entering.seq,
      // The number of a key's place may be older than the join that is told of it.
      fresh: isFirst && answer.status === 201,
      sentAt: startedAt,
      ackedAt: performance.now(),
      outcome: answer.outcome,
    });
    return { ...entering, place: answer.value };
  };
  /** Insists while the minute of the key lasts. */
  const insistently = async (shown: Shown): Promise<Place | null> => {
    const startedAt = performance.now();
    for (let isFirst = true; ; isFirst = false) {
      const { outcome, place } = await join(shown, startedAt, isFirst);
      if (outcome !== 'unknown' || !isRunning() || performance.now() - startedAt > repeatMs) return place;
      await pause(100 + Math.random() * 400);
    }
  };

  const enter = async (): Promise<Place | null> => {
    const proof = await proofOf();
    if (proof === null) return null;
    const code = entranceCodes[Math.min(entranceCodes.length - 1, firstCode + Math.floor(random.next() * codesAtOnce))]!;
    const shown = { key: newKey(), proof, code };
    const mood = random.next();
    let place: Place | null;
    if (mood < 0.3) {
      const now = performance.now();
      // One join, sent twice at once; what either is told is the same.
      const both = await Promise.all([join(shown, now, false), join(shown, now, false)]);
      place = both.find((one) => one.place !== null)?.place ?? (await insistently(shown));
    } else if (mood < 0.55) {
      // One challenge, two visitors.
      const both = await Promise.all([insistently(shown), insistently({ ...shown, key: newKey() })]);
      place = both.find((one) => one !== null) ?? null;
    } else place = await insistently(shown);
    if (place === null && random.next() < 0.15) firstCode += 1;
    return place;
  };

  /** A transfer that two devices take at once, and one of them again; returns the token of a device that has the place. */
  const move = async (place: Place): Promise<string> => {
    const { value } = await call('transfer', line.stranger.withToken(place.token).transfer(saleId));
    if (value === null) return place.token;
    const moving: Moving = { visitor: place.visitor.visitorId, takes: [] };
    history.movings.push(moving);
    const take = async () => {
      const answer = await call('take transfer', line.stranger.takeTransfer(saleId, value.code));
      moving.takes.push({ outcome: answer.outcome, visitor: answer.value?.visitor.visitorId ?? null });
      return answer.value;
    };
    const taken = await Promise.all([take(), take()]);
    if (random.next() < 0.5) taken.push(await take());
    return taken.find((one) => one !== null)?.token ?? place.token;
  };

  /** With a place, nothing is asked for again: a refused join followed by a look that finds the place has lost it. */
  const joinAgain = async (token: string, visitor: string): Promise<void> => {
    const me = line.stranger.withToken(token);
    const again = await call('join', me.join(saleId));
    if (again.value !== null && again.value.visitor.visitorId !== visitor)
      history.scandals.push(`E4: ${visitor} joined again and became ${again.value.visitor.visitorId}`);
    if (again.outcome !== 'refused') return;
    const { value } = await insist(() => call('place', me.place(saleId)));
    if (value?.state === 'waiting') history.scandals.push(`E4: ${visitor} waits, and was refused with ${again.code}`);
  };

  return async () => {
    const place = await enter();
    if (!place) return pause(100 + Math.random() * 300);
    const { visitorId } = place.visitor;
    const token = random.next() < 0.5 ? await move(place) : place.token;
    const me = line.stranger.withToken(token);
    await joinAgain(token, visitorId);
    const mood = random.next();
    if (mood < 0.3) return void (await insist(() => call('leave', me.leave(saleId))));
    if (mood < 0.4 || !(await line.poll(me, 30_000))) return;
    if (mood < 0.7) return void (await insist(() => call('leave', me.leave(saleId))));
    if (mood < 0.8) return;
    const key = newKey();
    await insist(async () => {
      const answer = await call('purchase', me.purchase(saleId, 1, { idempotencyKey: key }));
      const { outcome, code } = answer;
      history.buys.push({ visitor: visitorId, key, quantity: 1, outcome, purchaseId: answer.value?.purchaseId ?? null, code });
      return answer;
    });
  };
};
