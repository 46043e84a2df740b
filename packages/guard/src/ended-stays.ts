import { BoundedMap } from './bounded-map.ts';
import { limits } from './limits.ts';

export interface EndedStays {
  add: (passId: string) => void;
  has: (passId: string) => boolean;
}

const registry = Symbol.for('@sunbeon/guard ended stays');

/**
 * Stays that this process ended: their passes are well signed until `exp`. One list for the whole process, since a bundler may load this module more
 * than once (Next loads it for the proxy and for routes). The longest ago is forgotten first.
 */
export const endedStaysOf = (issuer: string, saleId: string): EndedStays => {
  const all = ((globalThis as Record<symbol, unknown>)[registry] ??= new Map()) as Map<string, BoundedMap<string, true>>;
  const name = `${saleId} ${issuer}`;
  const ended = all.get(name) ?? new BoundedMap<string, true>(limits.endedStays);
  all.set(name, ended);
  return { add: (passId) => ended.set(passId, true), has: (passId) => ended.get(passId) === true };
};
