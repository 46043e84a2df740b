import { limits } from '@sunbeon/contracts';
import { giveBack, keepUse } from './model-entrance.ts';
import { closePass, release, statusOf, type Model, type Pass } from './model.ts';

export const maxExtensions = 1;
const secondsOf = (ms: number): number => Math.floor(ms / 1_000);

/** The stay of a pass, while it lasts. */
const stayOf = (model: Model, passId: string, pass: Pass) => {
  const stay = model.stays.get(pass.visitor) === passId ? model.active.get(pass.visitor) : undefined;
  return stay && stay.deadline > model.now ? stay : null;
};

export const issueTicket = (model: Model, visitor: string, ticket: string, newPassId: string): string => {
  const stay = model.active.get(visitor);
  if (!stay || stay.deadline <= model.now) return 'not_admitted';
  if (statusOf(model) === 'closed') return 'sale_not_open';
  let passId = model.stays.get(visitor);
  if (passId !== undefined && model.passes.get(passId)!.tickets >= limits.ticketsPerStay) return 'limit_exceeded';
  if (!stay.claimed) Object.assign(stay, { claimed: true, deadline: model.now + model.settings.sessionSeconds * 1_000 });
  if (passId === undefined) {
    passId = newPassId;
    model.stays.set(visitor, passId);
    model.passes.set(passId, {
      visitor,
      tickets: 0,
      ticket: null,
      redeemed: new Map(),
      live: false,
      exp: 0,
      extensions: 0,
      extended: new Map(),
      completed: null,
    });
  }
  const pass = model.passes.get(passId)!;
  pass.tickets += 1;
  pass.ticket = { id: ticket, at: model.now };
  pass.exp = Math.max(pass.exp, secondsOf(stay.deadline));
  return `issued ${Math.min(model.now + limits.ticketMs, stay.deadline)} ${pass.exp}`;
};

/** `key`: '' for none. */
export const redeem = (model: Model, ticket: string, key: string): string => {
  const found = [...model.passes].find(([, pass]) => pass.ticket?.id === ticket || pass.redeemed.has(ticket));
  if (!found) return 'ticket_not_found';
  const [passId, pass] = found;
  const given = pass.redeemed.get(ticket);
  const isFresh = (at: number) => model.now >= at && model.now - at <= limits.ticketMs;
  if (given)
    return key !== '' && given.key === key && isFresh(given.at) ? `replayed ${passId} ${given.exp} ${given.iat}` : 'ticket_not_found';
  const stay = stayOf(model, passId, pass);
  if (!isFresh(pass.ticket!.at) || !stay) return 'ticket_not_found';
  for (const [used, { at }] of pass.redeemed) if (model.now - at > limits.ticketMs) pass.redeemed.delete(used);
  pass.exp = secondsOf(stay.deadline);
  pass.redeemed.set(ticket, { at: model.now, key, exp: pass.exp, iat: secondsOf(model.now) });
  pass.ticket = null;
  pass.live = true;
  return `redeemed ${passId} ${pass.exp} ${secondsOf(model.now)}`;
};

export const extend = (model: Model, passId: string, key: string): string => {
  const pass = model.passes.get(passId);
  if (!pass?.live) return 'pass_not_found';
  const before = key === '' ? undefined : pass.extended.get(key);
  if (before) return `replayed ${before.exp} ${before.iat}`;
  if (pass.completed) return 'already_completed';
  const stay = stayOf(model, passId, pass);
  if (!stay) return 'pass_ended';
  if (statusOf(model) === 'closed') return 'sale_not_open';
  if (pass.extensions >= maxExtensions) return 'limit_exceeded';
  stay.deadline = Math.max(stay.deadline, model.now + model.settings.sessionSeconds * 1_000);
  pass.extensions += 1;
  pass.exp = secondsOf(stay.deadline);
  const given = { exp: pass.exp, iat: secondsOf(model.now) };
  if (key !== '') pass.extended.set(key, given);
  return `extended ${given.exp} ${given.iat}`;
};

export const complete = (model: Model, passId: string, outcome: 'purchased' | 'abandoned'): string => {
  const pass = model.passes.get(passId);
  if (!pass?.live) return 'pass_not_found';
  if (pass.completed) return pass.completed.outcome === outcome ? `replayed ${pass.completed.at}` : 'already_completed';
  const stay = stayOf(model, passId, pass);
  if (!stay) return 'pass_ended';
  if (outcome === 'purchased' && model.confirmBy === 'shop') return 'hold_not_confirmed';
  if (stay.hold) release(model, stay.hold);
  model.active.delete(pass.visitor);
  model.ended.set(pass.visitor, `completed ${outcome}`);
  model[outcome === 'purchased' ? 'completed' : 'abandoned'] += 1;
  closePass(model, pass.visitor, { at: model.now, outcome });
  if (outcome === 'purchased') keepUse(model, pass.visitor);
  else giveBack(model, pass.visitor);
  return `completed ${model.now}`;
};

export const readPass = (model: Model, passId: string): string => {
  const pass = model.passes.get(passId);
  if (!pass?.live) return 'pass_not_found';
  const stay = stayOf(model, passId, pass);
  const hold = stay?.hold && model.holds.get(stay.hold)!.expires > model.now ? stay.hold : '';
  return pass.completed ? `completed ${pass.exp} ` : `${stay ? 'active' : 'expired'} ${pass.exp} ${hold}`;
};
