/**
 * One read at a time. Who asks while one is in flight gets the next one, which all of them share: the one in flight may have begun before the
 * change that they ask for.
 */
export const createReadAfter = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let inFlight: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const start = (): Promise<T> =>
    (inFlight = read().finally(() => {
      inFlight = null;
    }));
  const afterIt = async (current: Promise<T>): Promise<T> => {
    await current.catch(() => {});
    next = null;
    return start();
  };
  return () => next ?? (inFlight === null ? start() : (next = afterIt(inFlight)));
};
