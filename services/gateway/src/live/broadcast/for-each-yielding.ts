/** Writes of one turn: about 5 ms of the event loop. */
const writesPerTurn = 200;

/**
 * Calls `each` for every item and yields after each `writesPerTurn` writes: tens of thousands take most of a second, and events of
 * admissions are sent between two turns. `each` returns whether it wrote. Items added meanwhile are included, removed ones skipped, as in a Set.
 */
export const forEachYielding = async <T>(crowd: ReadonlySet<T>, each: (one: T) => boolean): Promise<void> => {
  let writes = 0;
  for (const one of crowd) {
    if (!each(one)) continue;
    writes += 1;
    if (writes % writesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
};
