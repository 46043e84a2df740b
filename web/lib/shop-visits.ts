import { attempt } from './storage.ts';

/**
 * Whether this browser has gone to the shop by itself during a stay. Once is the most: a shop that knows no pass (its cookie was refused, its clock is wrong)
 * sends people straight back, and the page must not send them off again.
 */
const keyOf = (saleId: string): string => `sunbeon:gone:${saleId}`;

/**
 * Whether the note is of this stay, `visitor:seq`. The token of a lobby's visitor has no number, so that after a reload the page may know none: then it is
 * the stay that the visitor has, and two numbers are two stays.
 */
const isNoted = (saleId: string, stay: string): boolean => {
  const [visitor, seq] = stay.split(':');
  const [noted, notedSeq] = localStorage.getItem(keyOf(saleId))?.split(':') ?? [];
  return visitor === noted && (seq === notedSeq || !seq || !notedSeq);
};

export const hasGone = (saleId: string, stay: string): boolean => attempt(() => isNoted(saleId, stay), false);

/** True when this call is the first of the stay and will be remembered. A browser that remembers nothing never goes by itself. */
const take = (saleId: string, stay: string): boolean =>
  attempt(() => {
    if (isNoted(saleId, stay)) return false;
    localStorage.setItem(keyOf(saleId), stay);
    return isNoted(saleId, stay);
  }, false);

/** Storage of another process of the browser lags behind a lock; a busy phone takes its time, ms. */
const lagMs = 2_000;

/**
 * One tab of several gets true: they count to the same second, and the first keeps the lock until the others have its note. Locks exist under https and on this
 * machine; elsewhere two tabs may both go.
 */
export const takeVisit = (saleId: string, stay: string): Promise<boolean> =>
  new Promise((resolve) => {
    const takeIt = (): boolean => {
      const isFirst = take(saleId, stay);
      resolve(isFirst);
      return isFirst;
    };
    const locks = (navigator as Partial<Navigator>).locks;
    if (locks === undefined) return void takeIt();
    const hold = async (lock: Lock | null): Promise<void> => {
      if (lock === null) resolve(false);
      else if (takeIt()) await new Promise((done) => setTimeout(done, lagMs));
    };
    locks.request(keyOf(saleId), { ifAvailable: true }, hold).catch(takeIt);
  });

/** Whether a visit could be remembered at all. */
export const remembersVisits = (): boolean =>
  attempt(() => {
    localStorage.setItem('sunbeon:probe', '1');
    localStorage.removeItem('sunbeon:probe');
    return true;
  }, false);

/** Another tab has gone. Returns what ends it. */
export const onVisitElsewhere = (saleId: string, act: () => void): (() => void) => {
  const look = ({ key }: StorageEvent): void => {
    if (key === keyOf(saleId)) act();
  };
  window.addEventListener('storage', look);
  return () => window.removeEventListener('storage', look);
};
