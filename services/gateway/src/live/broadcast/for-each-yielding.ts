/** Writes of one turn: about 5 ms of the event loop. */
const writesPerTurn = 200;

/**
 * Does something for each of many, `writesPerTurn` writes at a time: a crowd of tens of thousands takes most of a second, and who is let in
 * meanwhile hears of it between two turns. `each` says whether it wrote. Who comes meanwhile is included, who goes is left out, as a Set does it.
 */
export const forEachYielding = async <T>(crowd: ReadonlySet<T>, each: (one: T) => boolean): Promise<void> => {
  let writes = 0;
  for (const one of crowd) {
    if (!each(one)) continue;
    writes += 1;
    if (writes % writesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
};
