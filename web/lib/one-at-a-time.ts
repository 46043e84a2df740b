import type { Answer } from './api.ts';

/**
 * Runs a join of this browser so that two tabs get one place: one after the other, the second with the cookie of the first. Without locks, as on plain
 * http, both send the same key, for which the server gives the same place; few need that, so it is loaded then. `own`: the key of this tab.
 */
export const oneAtATime = async <T>(
  saleId: string,
  own: string,
  join: (idempotencyKey: string) => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  // Typed as always there, which it is on secure origins alone.
  const locks = (navigator as Partial<Navigator>).locks;
  let ran = false;
  const locked = (): Promise<Answer<T>> => {
    ran = true;
    return join(own);
  };
  try {
    if (locks !== undefined) return await locks.request(`sunbeon:join:${saleId}`, locked);
  } catch (error) {
    // A browser that blocks storage refuses the lock.
    if (ran) throw error;
  }
  const { withSharedKey } = await import('./shared-key.ts');
  return await withSharedKey(saleId, own, join);
};
