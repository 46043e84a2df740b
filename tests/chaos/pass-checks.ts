import { createPublicKey } from 'node:crypto';
import { decodeEvent, keys, passAudienceOf, passType } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import { compactVerify } from 'jose';
import { readPass } from '../../services/admission/src/scripts/read-pass.ts';
import { passKeys } from '../fixtures/stack.mjs';
import type { History } from './history.ts';

const publicKey = createPublicKey({ key: Buffer.from(passKeys, 'base64'), format: 'der', type: 'pkcs8' } as never);

/** One stay inside, by the events of the sale. */
interface Stay {
  visitor: string;
  passId: string | null;
  deadlines: { atMs: number; untilMs: number }[];
  extensions: number;
  end: { type: 'completed' | 'purchased' | 'expired' | 'left'; outcome?: string; atMs: number } | null;
}

/** Stays by pass id. Each begins with an admission, has at most one pass id (P1), and ends once (P4). */
const staysOf = async (redis: Redis, saleId: string) => {
  const faults: string[] = [];
  const all: Stay[] = [];
  const inside = new Map<string, Stay>();
  const byPass = new Map<string, Stay>();
  const endStay = (visitor: string, passId: string | null, end: NonNullable<Stay['end']>): void => {
    const stay = inside.get(visitor);
    if (!stay || (passId !== null && stay.passId !== passId))
      return void faults.push(`P4: the stay of ${visitor} is ${end.type} and was over, or had another pass`);
    stay.end = end;
    inside.delete(visitor);
  };
  for (const [id, fields] of await redis.xrange(keys.events(saleId), '-', '+')) {
    const event = decodeEvent(id, fields);
    if (event === null) continue;
    const { atMs } = event;
    switch (event.type) {
      case 'admitted':
        for (const visitor of event.data.visitors) {
          if (inside.has(visitor)) faults.push(`P4: ${visitor} is admitted and still inside`);
          const stay: Stay = { visitor, passId: null, deadlines: [{ atMs, untilMs: event.data.untilMs }], extensions: 0, end: null };
          all.push(stay);
          inside.set(visitor, stay);
        }
        break;
      case 'claimed':
        inside.get(event.data.visitor)?.deadlines.push({ atMs, untilMs: event.data.untilMs });
        break;
      case 'pass_issued': {
        const { visitor, passId } = event.data;
        const stay = inside.get(visitor);
        if (!stay) faults.push(`P1: ${visitor} got pass ${passId} and is not inside`);
        else if (stay.passId !== null || byPass.has(passId))
          faults.push(`P1: pass ${passId} of ${visitor} is a second one, or given twice`);
        else byPass.set((stay.passId = passId), stay);
        break;
      }
      case 'extended': {
        const stay = byPass.get(event.data.passId);
        if (!stay || stay.end) faults.push(`P3: pass ${event.data.passId} is extended and its stay is over`);
        else {
          stay.extensions += 1;
          stay.deadlines.push({ atMs, untilMs: event.data.untilMs });
        }
        break;
      }
      case 'completed':
        endStay(event.data.visitor, event.data.passId, { type: 'completed', outcome: event.data.outcome, atMs });
        break;
      case 'purchased':
      case 'expired':
        endStay(event.data.visitor, null, { type: event.type, atMs });
        break;
      case 'left':
        if (event.data.from === 'active') endStay(event.data.visitor, null, { type: 'left', atMs });
        break;
      case 'rejoined':
      case 'frozen':
      case 'beacon':
      case 'drawn':
      case 'held':
      case 'released':
      case 'cancelled':
      case 'checked_in':
      case 'sale':
      case 'tick':
        break;
    }
  }
  for (const { visitor } of inside.values()) faults.push(`P4: the stay of ${visitor} has no end`);
  return { all, byPass, faults };
};

/** One ticket, one redemption (P2), for the visitor who got the ticket (P1), and none after its end. */
const redemptionFaults = ({ tickets, redeemings }: History): string[] => {
  const ticketOf = new Map(tickets.map((one) => [one.ticket, one]));
  const winner = new Map<string, string>();
  const bytes = new Map<string, string>();
  const firstSentAt = new Map<string, number>();
  const faults: string[] = [];
  for (const { key, sentAt } of redeemings) firstSentAt.set(key, Math.min(firstSentAt.get(key) ?? Infinity, sentAt));
  for (const { ticket, key, value } of redeemings) {
    if (value === null) continue;
    const { visitor, endedAt } = ticketOf.get(ticket)!;
    const before = winner.get(ticket);
    winner.set(ticket, key);
    if (before !== undefined && before !== key) faults.push(`P2: a ticket of ${visitor} was redeemed under ${before} and under ${key}`);
    if ((bytes.get(key) ?? value.pass) !== value.pass) faults.push(`P2: the key ${key} got two passes`);
    bytes.set(key, value.pass);
    if (value.visitorId !== visitor) faults.push(`P1: a ticket of ${visitor} became a pass of ${value.visitorId}`);
    if (firstSentAt.get(key)! > endedAt) faults.push(`P2: a ticket of ${visitor} was redeemed after its end`);
  }
  return faults;
};

/** Every pass is signed for a stay that lasts, says what its answer says, and is over with the stay at the latest (P1, P3). */
const signedFaults = async (saleId: string, history: History, byPass: ReadonlyMap<string, Stay>): Promise<string[]> => {
  const faults: string[] = [];
  const seen = new Set<string>();
  const given = [
    ...history.redeemings.flatMap(({ value }) => value ?? []),
    ...history.extendings.flatMap(({ passId, value }) => (value === null ? [] : [{ passId, ...value }])),
  ];
  for (const { pass, passId, expiresAt } of given) {
    if (seen.has(pass)) continue;
    seen.add(pass);
    const stay = byPass.get(passId);
    if (!stay) {
      faults.push(`P1: pass ${passId} was given and has no stay`);
      continue;
    }
    const { payload, protectedHeader } = await compactVerify(pass, publicKey);
    const claims = JSON.parse(new TextDecoder().decode(payload)) as { sub: string; jti: string; aud: string; exp: number; iat: number };
    const { sub, jti, aud, exp, iat } = claims;
    if (protectedHeader.typ !== passType || aud !== passAudienceOf(saleId) || sub !== stay.visitor || jti !== passId)
      faults.push(`P1: pass ${passId} of ${stay.visitor} says ${JSON.stringify(claims)}`);
    if (new Date(exp * 1_000).toISOString() !== expiresAt)
      faults.push(`P3: pass ${passId} is good until ${exp}, its answer says ${expiresAt}`);
    // `iat` is the second in which it was signed.
    const deadline = Math.max(...stay.deadlines.filter(({ atMs }) => atMs < (iat + 1) * 1_000).map(({ untilMs }) => untilMs));
    if (exp * 1_000 > deadline) faults.push(`P3: pass ${passId} is good until ${exp * 1_000}, its stay until ${deadline}`);
    if (stay.end && stay.end.atMs < iat * 1_000) faults.push(`P1: pass ${passId} was signed after its stay had ended`);
    if (stay.end?.type === 'expired' && stay.end.atMs < exp * 1_000) faults.push(`P3: the stay of pass ${passId} expired before it`);
  }
  return faults;
};

/** Each key lengthens a stay at most once, and no stay more often than the sale allows. */
const extensionFaults = (history: History, byPass: ReadonlyMap<string, Stay>, maxExtensions: number): string[] => {
  const bytes = new Map<string, string>();
  const keysOf = new Map<string, Set<string>>();
  const faults: string[] = [];
  for (const { passId, key, outcome, code, value } of history.extendings) {
    if (outcome === 'refused' && !['limit_exceeded', 'pass_ended', 'already_completed', 'sale_not_open'].includes(code!))
      faults.push(`extension of ${passId} was refused with ${code}`);
    if (value === null) continue;
    keysOf.set(passId, (keysOf.get(passId) ?? new Set()).add(key));
    if ((bytes.get(key) ?? value.pass) !== value.pass) faults.push(`P3: the key ${key} extended ${passId} twice`);
    bytes.set(key, value.pass);
  }
  for (const [passId, stay] of byPass) {
    if (stay.extensions > maxExtensions) faults.push(`P3: pass ${passId} was extended ${stay.extensions} times`);
    const acked = keysOf.get(passId)?.size ?? 0;
    if (acked > stay.extensions) faults.push(`P3: ${acked} extensions of pass ${passId} were acknowledged, ${stay.extensions} exist`);
  }
  return faults;
};

/** An acknowledged end is kept, whatever crashes: by the events, by each later look, and by Redis at the end (P4). */
const completionFaults = async (redis: Redis, saleId: string, history: History, byPass: ReadonlyMap<string, Stay>): Promise<string[]> => {
  const acked = new Map<string, History['completings'][number]>();
  const faults: string[] = [];
  for (const one of history.completings) {
    const { passId, end, outcome, code, completedAt } = one;
    if (outcome === 'refused' && code !== 'already_completed' && code !== 'pass_ended')
      faults.push(`completion of ${passId} was refused with ${code}`);
    if (outcome !== 'ok') continue;
    const before = acked.get(passId);
    if (before && (before.end !== end || before.completedAt !== completedAt))
      faults.push(`P4: ${passId} was completed as ${before.end} at ${before.completedAt} and as ${end} at ${completedAt}`);
    if (!before || one.ackedAt < before.ackedAt) acked.set(passId, one);
    const stay = byPass.get(passId);
    if (stay?.end?.type !== 'completed' || stay.end.outcome !== end)
      faults.push(`P4: completion of ${passId} as ${end} was acknowledged, its stay is ${stay?.end?.type} ${stay?.end?.outcome ?? ''}`);
  }
  for (const { passId, sentAt, outcome, state } of history.readings) {
    const done = acked.get(passId);
    if (outcome === 'refused') faults.push(`pass ${passId} was given and is unknown`);
    if (outcome === 'ok' && done && sentAt > done.ackedAt && state !== 'completed')
      faults.push(`P4: ${passId} was completed and is ${state} afterwards`);
  }
  for (const passId of new Set(history.redeemings.flatMap(({ value }) => value?.passId ?? []))) {
    const { outcome } = await readPass.run(redis, saleId, passId);
    const expected = byPass.get(passId)?.end?.type === 'completed' ? 'completed' : 'expired';
    if (outcome !== expected) faults.push(`P4: ${passId} is ${outcome} at the end, by its events ${expected}`);
  }
  return faults;
};

/** The promises of passes (P1 to P4), from what clients and shop were told and from what Redis holds. */
export const passFaults = async (redis: Redis, saleId: string, history: History): Promise<string[]> => {
  const { byPass, faults } = await staysOf(redis, saleId);
  const maxExtensions = Number(await redis.hget(keys.sale(saleId), 'maxExtensions'));
  return [
    ...faults,
    ...redemptionFaults(history),
    ...(await signedFaults(saleId, history, byPass)),
    ...extensionFaults(history, byPass, maxExtensions),
    ...(await completionFaults(redis, saleId, history, byPass)),
  ];
};

/** How much of it happened. */
export const passFigures = ({ tickets, redeemings, extendings, completings }: History): string => {
  const ok = (list: readonly { outcome: string }[]): number => list.filter(({ outcome }) => outcome === 'ok').length;
  const passes = new Set(redeemings.flatMap(({ value }) => value?.passId ?? [])).size;
  return `${tickets.length} tickets, ${redeemings.length} redemptions (${ok(redeemings)} ok) of ${passes} passes, ${extendings.length} extensions (${ok(extendings)} ok), ${completings.length} completions (${ok(completings)} ok)`;
};
