import { newKey } from './new-key.ts';

/** A key that another tab wrote is used for this long, ms: less than the server remembers it. */
const sharedKeyMs = 50_000;
/** Two tabs that write at the same instant have both read the same key after this long, ms, also on a busy device: what one tab stores reaches another late. */
const settleMs = 300;
const nameOf = (saleId: string): string => `sunbeon:join-key:${saleId}`;

const readKey = (saleId: string): string | null => {
  const [key, atMs] = (localStorage.getItem(nameOf(saleId)) ?? '').split(' ');
  return key && Math.abs(Date.now() - Number(atMs)) < sharedKeyMs ? key : null;
};

/** A key that all tabs of this browser use for their join. Where nothing can be stored, one of this tab. */
const sharedKey = async (saleId: string): Promise<string> => {
  const own = newKey();
  try {
    if (readKey(saleId) === null) localStorage.setItem(nameOf(saleId), `${own} ${Date.now()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, settleMs);
    });
    return readKey(saleId) ?? own;
  } catch {
    return own;
  }
};

/** A join that has an answer gives its key up: the next one is another intent. */
const forgetKey = (saleId: string): void => {
  try {
    localStorage.removeItem(nameOf(saleId));
  } catch {
    // Nothing is stored where nothing can be.
  }
};

/**
 * Runs a join of this browser so that two tabs get one place: one after the other, the second with the cookie of the first. Without locks, as on plain
 * http, both send the same key, for which the server gives the same place.
 */
export const oneAtATime = async <T>(saleId: string, join: (idempotencyKey: string) => Promise<T>): Promise<T> => {
  // Typed as always there, which it is on secure origins alone.
  const locks = (navigator as Partial<Navigator>).locks;
  let ran = false;
  const locked = (): Promise<T> => {
    ran = true;
    return join(newKey());
  };
  try {
    if (locks !== undefined) return await locks.request(`sunbeon:join:${saleId}`, locked);
  } catch (error) {
    // A browser that blocks storage refuses the lock.
    if (ran) throw error;
  }
  const key = await sharedKey(saleId);
  try {
    return await join(key);
  } finally {
    forgetKey(saleId);
  }
};
