import { describe, expect, it } from '@jest/globals';
import { isLong } from '../fixtures/long.ts';
import { allReplicas, failOvers, type TopologyName } from './fail-overs.ts';

/** On Sentinel the calls stop for longer after each fault: two kills there take two minutes, which `npm run durability` has. What is lost depends on the moment; `npm run durability` shows the control with DURABILITY=local. */
const run = (topology: TopologyName) =>
  failOvers({ topology, durability: allReplicas[topology], faults: 3, between: 100, say: console.log });

(isLong ? describe : describe.skip)('with DURABILITY=replicas:<all>, slow replicas, two kills and a freeze of the master', () => {
  it.each(['cluster'] satisfies TopologyName[])(
    'on %s nothing acknowledged is lost',
    async (topology) => {
      const { joins, purchases, holds, passes, joinsLost, purchasesLost, holdsLost, passesLost, twice } = await run(topology);
      expect(Math.min(joins, purchases)).toBeGreaterThan(300);
      expect(Math.min(holds, passes)).toBeGreaterThan(20);
      const lost = { joinsLost, purchasesLost, holdsLost, passesLost, twice };
      expect(lost).toEqual({ joinsLost: 0, purchasesLost: 0, holdsLost: 0, passesLost: 0, twice: 0 });
    },
    600_000,
  );
});
