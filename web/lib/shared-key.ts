import type { Answer } from './api.ts';
import { isAnswered } from './retry.ts';

/** A key that another tab wrote is used for this long, ms: less than the server remembers it. */
const sharedKeyMs = 50_000;
/** Two tabs that write at the same instant have both read the same key after this long, ms, also on a busy device: what one tab stores reaches another late. */
const settleMs = 300;
const nameOf = (saleId: string): string => `sunbeon:join-key:${saleId}`;

const readKey = (saleId: string): string | null => {
  const [key, atMs] = (localStorage.getItem(nameOf(saleId)) ?? '').split(' ');
  return key && Math.abs(Date.now() - Number(atMs)) < sharedKeyMs ? key : null;
};

/** A key that all tabs of this browser use for their join. Where nothing can be stored, that of this tab. */
const sharedKey = async (saleId: string, own: string): Promise<string> => {
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

/** Runs a join with a key that all tabs share: `own`, unless another tab was first. */
export const withSharedKey = async <T>(
  saleId: string,
  own: string,
  join: (idempotencyKey: string) => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  const answer = await join(await sharedKey(saleId, own));
  if (isAnswered(answer)) forgetKey(saleId);
  return answer;
};
