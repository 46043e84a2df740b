import { createHash } from 'node:crypto';
import { keys, limits } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { createLobbyDraw } from '../draw/lobby-draw.ts';
import { checkResultOf, formatCount, type CheckResult } from './check-result.ts';
import type { Replay } from './replay.ts';

/** Recomputes a finished draw from the visitors that its events name, and compares it with what was published. Empty while there is no finished draw. */
export const checkDraw = async (
  redis: RedisClient,
  saleId: string,
  generation: number,
  { drawn, faults }: Replay,
): Promise<CheckResult[]> => {
  const told = faults.filter(({ invariant }) => invariant === 'D3').map(({ text }) => text);
  if (drawn.seed === null) return told.length === 0 ? [] : [checkResultOf('D3', 'the draw', 'not finished', told)];
  const [commitment, root, seed] = await redis.hmget(keys.sale(saleId), 'commitment', 'drawRoot', 'seed');
  const draw = createLobbyDraw({ saleId, generation });
  draw.add(drawn.visitors);
  const { count, root: computed } = draw.freeze();
  const commitmentOfSeed = createHash('sha256').update(Buffer.from(drawn.seed, 'hex')).digest('hex');
  draw.order(Buffer.from(drawn.seed, 'hex'), drawn.randomness === null ? null : Buffer.from(drawn.randomness, 'hex'));
  let misplaced = 0;
  for (let from = 1; from <= count; from += limits.drawPageVisitors)
    for (const [i, visitor] of draw.orderPage(from, limits.drawPageVisitors).entries())
      if (drawn.visitors[from - 1 + i] !== visitor) misplaced += 1;
  let roster = 0;
  for (let page = 0; page * limits.rosterPageEntries < count; page += 1) {
    const entries = await redis.hgetBuffer(keys.roster(saleId), String(page));
    if (entries && Buffer.compare(entries, draw.rosterPage(page)) === 0) roster += entries.length / 32;
  }
  return [
    checkResultOf('D3', 'the draw', `${formatCount(count)} visitors in the order of their lots, root ${computed.slice(0, 8)}…`, [
      ...told,
      count !== drawn.count && `${drawn.count} entries were frozen, ${count} visitors got a number`,
      count !== drawn.visitors.length && 'a visitor got two numbers',
      commitmentOfSeed !== commitment && 'the seed is not the one that was committed to',
      seed !== drawn.seed && 'the sale shows another seed than the event',
      (computed !== drawn.root || computed !== root) && 'the root is not that of the visitors who got a number',
      misplaced > 0 && `${misplaced} visitors are not at the place of their lot`,
      roster !== count && `${formatCount(roster)} of ${formatCount(count)} entries of the roster are right`,
    ]),
  ];
};
