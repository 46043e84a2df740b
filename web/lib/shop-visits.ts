/**
 * Whether this browser has gone to the shop by itself during a stay. Once is the most: a shop that knows no pass (its cookie was refused, its clock is wrong)
 * sends people straight back, and the page must not send them off again.
 */
const keyOf = (saleId: string): string => `sunbeon:gone:${saleId}`;

export const hasGone = (saleId: string, stay: string): boolean => {
  try {
    return localStorage.getItem(keyOf(saleId)) === stay;
  } catch {
    return false;
  }
};

/** True when this call is the first of the stay and will be remembered. A browser that remembers nothing never goes by itself. */
const take = (saleId: string, stay: string): boolean => {
  try {
    if (localStorage.getItem(keyOf(saleId)) === stay) return false;
    localStorage.setItem(keyOf(saleId), stay);
    return localStorage.getItem(keyOf(saleId)) === stay;
  } catch {
    return false;
  }
};

/** One tab of several gets true: they count to the same second. Locks exist under https and on this machine; elsewhere two tabs may both go. */
export const takeVisit = async (saleId: string, stay: string): Promise<boolean> =>
  typeof navigator.locks === 'undefined'
    ? take(saleId, stay)
    : navigator.locks.request(keyOf(saleId), () => take(saleId, stay)).catch(() => take(saleId, stay));

/** Whether a visit could be remembered at all. */
export const remembersVisits = (): boolean => {
  try {
    localStorage.setItem('sunbeon:probe', '1');
    localStorage.removeItem('sunbeon:probe');
    return true;
  } catch {
    return false;
  }
};

/** Another tab has gone. Returns what ends it. */
export const onVisitElsewhere = (saleId: string, act: () => void): (() => void) => {
  const look = ({ key }: StorageEvent): void => {
    if (key === keyOf(saleId)) act();
  };
  window.addEventListener('storage', look);
  return () => window.removeEventListener('storage', look);
};
