import { limits } from '@sunbeon/contracts';
import { byDeadline, clampHolds, closePass, release, type Model } from './model.ts';

/** The shop of the model: purchase, hold, confirm, release. */
const mayBuy = (model: Model, visitor: string, quantity: number): string | null => {
  const stay = model.active.get(visitor);
  if (!stay || stay.deadline <= model.now) return 'not_admitted';
  if ((model.bought.get(visitor) ?? 0) + quantity > model.settings.perVisitorLimit) return 'limit_exceeded';
  if (stay.hold) {
    if (model.holds.get(stay.hold)!.expires > model.now) return 'limit_exceeded';
    release(model, stay.hold);
    stay.hold = null;
  }
  if (model.stock.left >= quantity) return null;
  return model.stock.left === 0 && model.stock.held === 0 ? 'sold_out' : 'insufficient_stock';
};

const sell = (model: Model, visitor: string, quantity: number, id: string, from: 'left' | 'held'): void => {
  model.stock[from] -= quantity;
  model.stock.sold += quantity;
  model.purchases.set(id, { visitor, quantity });
  model.bought.set(visitor, (model.bought.get(visitor) ?? 0) + quantity);
  model.active.delete(visitor);
  closePass(model, visitor, { at: model.now, outcome: 'purchased' });
  model.ended.delete(visitor);
  model.holdCount.delete(visitor);
};

/** The same key gets the same answer. A refusal of a visitor inside is kept too; after `refusalsPerStay` further keys are refused unjudged. */
const once = (model: Model, visitor: string, key: string, asked: string, act: () => { word: string; id: string }): string => {
  if (model.kind === 'gate' && asked.startsWith('hold')) return 'sale_is_gate';
  const past = model.answers.get(`${visitor}|${key}`);
  if (model.kind === 'gate') return 'sale_is_gate';
  if (past && past.asked !== asked) return 'idempotency_conflict';
  if (past) return past.id === '' ? `${past.word} replayed` : `replayed ${past.id}`;
  if (asked.startsWith('purchase') && model.confirmBy === 'shop') return 'confirm_by_shop';
  const deadline = model.active.get(visitor)?.deadline ?? 0;
  const refused = model.refusals.get(visitor);
  const refusals = refused?.deadline === deadline ? refused.count : 0;
  if (refusals >= limits.refusalsPerStay && deadline > model.now) return 'rate_limited';
  const { word, id } = act();
  if (id !== '') model.answers.set(`${visitor}|${key}`, { asked, word, id });
  else if (word !== 'not_admitted' && word !== 'rate_limited') {
    model.refusals.set(visitor, { deadline, count: refusals + 1 });
    model.answers.set(`${visitor}|${key}`, { asked, word, id });
  }
  return id === '' ? word : `${word} ${id}`;
};

export const purchase = (model: Model, visitor: string, quantity: number, key: string, id: string): string =>
  once(model, visitor, key, `purchase:${quantity}`, () => {
    const why = mayBuy(model, visitor, quantity);
    if (why) return { word: why, id: '' };
    sell(model, visitor, quantity, id, 'left');
    return { word: 'purchased', id };
  });

/** Holds of this stay, since the last extension of it. */
const holdsOf = (model: Model, visitor: string): number => {
  const counted = model.holdCount.get(visitor);
  return counted !== undefined && counted.deadline === model.active.get(visitor)?.deadline ? counted.count : 0;
};

export const hold = (model: Model, visitor: string, quantity: number, key: string, id: string): string =>
  once(model, visitor, key, `hold:${quantity}`, () => {
    if (holdsOf(model, visitor) >= limits.holdsPerStay && (model.active.get(visitor)?.deadline ?? 0) > model.now)
      return { word: 'rate_limited', id: '' };
    const why = mayBuy(model, visitor, quantity);
    if (why) return { word: why, id: '' };
    const stay = model.active.get(visitor)!;
    if (!stay.claimed) Object.assign(stay, { claimed: true, deadline: model.now + model.settings.sessionSeconds * 1_000 });
    stay.hold = id;
    model.holds.set(id, { visitor, quantity, expires: Math.min(model.now + model.settings.holdSeconds * 1_000, stay.deadline) });
    model.stock.left -= quantity;
    model.stock.held += quantity;
    model.holdCount.set(visitor, { deadline: stay.deadline, count: holdsOf(model, visitor) + 1 });
    return { word: 'held', id };
  });

/** `by`: the visitor, or null for the shop. */
export const confirm = (model: Model, by: string | null, holdId: string, id: string): string => {
  if (model.kind === 'gate') return 'sale_is_gate';
  const visitor = by ?? model.holds.get(holdId)?.visitor ?? model.confirmedByShop.get(holdId);
  if (visitor === undefined) return 'hold_not_found';
  if (by !== null && model.confirmBy === 'shop' && model.confirmedByShop.has(holdId)) return 'confirm_by_shop';
  const past = model.answers.get(`${visitor}|confirm ${holdId}`);
  if (past) return `replayed ${past.id}`;
  if (by !== null && model.confirmBy === 'shop') return 'confirm_by_shop';
  const found = model.holds.get(holdId);
  const stay = model.active.get(visitor);
  if (!found || found.visitor !== visitor || found.expires <= model.now || !stay || stay.deadline <= model.now) return 'hold_not_found';
  model.holds.delete(holdId);
  sell(model, visitor, found.quantity, id, 'held');
  model.answers.set(`${visitor}|confirm ${holdId}`, { asked: 'confirm', word: 'purchased', id });
  if (by === null) model.confirmedByShop.set(holdId, visitor);
  return `purchased ${id}`;
};

export const releaseHold = (model: Model, by: string | null, holdId: string): string => {
  if (model.kind === 'gate') return 'sale_is_gate';
  const refusal = by !== null && model.confirmBy === 'shop' ? 'confirm_by_shop' : null;
  const released = model.released.get(holdId);
  const visitor = model.holds.get(holdId)?.visitor ?? released?.visitor;
  if (visitor === undefined || (by !== null && by !== visitor)) return refusal ?? 'hold_not_found';
  if (released !== undefined) return released.byShop && refusal !== null ? refusal : 'replayed';
  if (refusal !== null) return refusal;
  release(model, holdId);
  model.active.get(visitor)!.hold = null;
  model.released.set(holdId, { visitor, byShop: by === null });
  return 'released';
};

export const expireHolds = (model: Model, cap: number): string => {
  clampHolds(model, cap);
  const over = byDeadline([...model.holds].map(([id, held]) => [id, { ...held, deadline: held.expires }]))
    .filter(([, { deadline }]) => deadline <= model.now)
    .slice(0, cap);
  for (const [id, { visitor }] of over) {
    release(model, id);
    model.active.get(visitor)!.hold = null;
  }
  return String(over.length);
};

/** A place of now stays; with no order left and no place, the visitor has left. */
export const cancelOrder = (model: Model, id: string, restock: boolean): string => {
  const order = model.purchases.get(id);
  if (!order) return 'order_not_found';
  if (order.cancelled) return order.cancelled.restock === restock ? 'replayed' : 'already_cancelled';
  if (order.checkedIn) return 'already_checked_in';
  const { visitor, quantity } = order;
  order.cancelled = { restock };
  model.stock.sold -= quantity;
  if (restock) model.stock.left += quantity;
  else model.stock.total -= quantity;
  const rest = model.bought.get(visitor)! - quantity;
  if (rest > 0) {
    model.bought.set(visitor, rest);
    return 'cancelled';
  }
  model.bought.delete(visitor);
  const isHere =
    model.active.has(visitor) || model.queue.some((place) => place.visitor === visitor) || (model.draw.lobby.get(visitor) ?? 0) > 0;
  if (!isHere && !model.ended.has(visitor)) model.ended.set(visitor, 'left');
  return 'cancelled';
};

export const checkIn = (model: Model, id: string, key: number | null): string => {
  const order = model.purchases.get(id);
  if (!order) return 'order_not_found';
  if (order.cancelled) return 'order_cancelled';
  if (order.checkedIn) return key !== null && order.checkedIn.key === key ? 'replayed' : 'already_checked_in';
  order.checkedIn = { key };
  return 'checked_in';
};
