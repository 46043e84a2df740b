import { describe, expect, it } from '@jest/globals';
import type { Chances, Sale } from '@sunbeon/contracts';
import { positionFrame, waitingVisitor } from '../src/live/broadcast/frames.ts';
import { createMirror } from '../src/live/stream/mirror.ts';

const mirror = createMirror({
  event: 9,
  frontier: 10,
  pace: 1,
  generation: 1,
  status: 'open',
  waiting: 30,
  active: 0,
  lastSeq: 40,
  bitmap: new Uint8Array(),
});
const sale = { saleId: 'concert', status: 'open', admitPerSecond: 1 } as Sale;
const chances: Chances = [
  [10, 0.99],
  [20, 0.5],
];

describe('a position that is told', () => {
  it('comes with the chance of this place, in a frame and in a state', () => {
    expect(positionFrame(mirror, sale, chances, 25)).toMatchObject({ position: 15, chance: 0.75 });
    expect(waitingVisitor(mirror, sale, chances, 'v', 30)).toMatchObject({ position: 20, chance: 0.5 });
  });

  it('comes without one while it is unknown', () => {
    expect(positionFrame(mirror, sale, [], 25)).not.toHaveProperty('chance');
    expect(waitingVisitor(mirror, sale, [], 'v', 30)).not.toHaveProperty('chance');
  });
});
