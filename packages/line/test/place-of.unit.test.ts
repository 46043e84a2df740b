import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { chanceOf as chanceByContract } from '../../contracts/src/chance.ts';
import { blocksFor, chanceOf, nextIn, placeOf, type Line } from '../src/index.ts';

/** A line that counts by index; blocks of 16 seqs, so that short runs cross many. */
const modelOf = (block = 16) => {
  let waiting: number[] = [];
  const left = new Set<number>();
  let [lastSeq, frontier] = [0, 0];
  const bitsOf = (of: number): Uint8Array => {
    const bits = new Uint8Array(block / 8);
    for (const seq of left) if (Math.floor(seq / block) === of) bits[(seq % block) >> 3]! |= 1 << (seq & 7);
    return bits;
  };
  const countOf = (of: number): number => [...left].filter((seq) => Math.floor(seq / block) === of).length;
  return {
    join: (n: number): void => {
      for (let i = 0; i < n; i += 1) waiting.push((lastSeq += 1));
    },
    leave: (at: number): void => {
      for (const seq of waiting.splice(at % Math.max(1, waiting.length), 1)) left.add(seq);
    },
    admit: (n: number): void => {
      frontier = waiting.slice(0, n).at(-1) ?? frontier;
      waiting = waiting.slice(n);
    },
    waiting: () => waiting,
    left: () => left,
    bitsOf,
    line: (): Line => {
      const from = Math.floor(frontier / block);
      const counts = Array.from({ length: Math.floor(lastSeq / block) - from + 1 }, (_, i) => countOf(from + i));
      return {
        version: 1,
        saleId: 'concert',
        generation: 7,
        status: 'open',
        at: '2026-05-01T10:00:00.000Z',
        lastSeq,
        frontier,
        waiting: waiting.length,
        admitPerSecond: 50,
        pace: 49.5,
        departures: { block, from, counts },
        next: 1_000,
      };
    },
  };
};
type Model = ReturnType<typeof modelOf>;

/** Fetches exactly the blocks that the answer names, as a browser does, and keeps them. */
const ask = (model: Model, seq: number, bitmaps: Map<number, Uint8Array>) => {
  const line = model.line();
  const first = placeOf(line, seq, bitmaps, 7);
  if (first.state !== 'incomplete') return first;
  for (const { block } of first.blocks) bitmaps.set(block, model.bitsOf(block));
  return placeOf(line, seq, bitmaps, 7);
};

const operation = fc.oneof(
  fc.record({ type: fc.constant('join' as const), n: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ type: fc.constant('leave' as const), n: fc.nat(1_000) }),
  fc.record({ type: fc.constant('leave' as const), n: fc.nat(1_000) }),
  fc.record({ type: fc.constant('admit' as const), n: fc.integer({ min: 1, max: 25 }) }),
);

describe('a place computed from the public line', () => {
  it('is the index in the line for every waiting visitor after any joins, departures and admissions', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 40 }), (operations) => {
        const model = modelOf();
        const bitmaps = new Map<number, Uint8Array>();
        for (const { type, n } of operations) {
          model[type](n);
          model.waiting().forEach((seq, index) => expect(ask(model, seq, bitmaps)).toEqual({ state: 'waiting', position: index + 1 }));
          const { frontier } = model.line();
          for (const seq of model.left()) expect(ask(model, seq, bitmaps)).toEqual({ state: seq <= frontier ? 'turn' : 'left' });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('needs the bitmaps of two blocks at most, and none where nobody left', () => {
    const model = modelOf(4_096);
    model.join(20_000);
    model.admit(100);
    expect(blocksFor(model.line(), 18_000)).toEqual([]);
    for (const at of [0, 0, 5_000, 17_000]) model.leave(at);
    expect(blocksFor(model.line(), 18_000)).toEqual([
      { block: 0, count: 2, path: '/api/sales/concert/line/7/departures/0/2' },
      { block: 4, count: 1, path: '/api/sales/concert/line/7/departures/4/1' },
    ]);
    expect(blocksFor(model.line(), 100)).toEqual([]);
    expect(placeOf(model.line(), 18_000, new Map(), 7)).toEqual({ state: 'incomplete', blocks: blocksFor(model.line(), 18_000) });
  });

  it('asks again for a bitmap older than the line, and takes a newer one', () => {
    const model = modelOf();
    model.join(10);
    model.leave(3);
    const older = model.line();
    const olderBits = model.bitsOf(0);
    model.leave(5);
    expect(placeOf(model.line(), 9, new Map([[0, olderBits]]), 7)).toMatchObject({ state: 'incomplete' });
    expect(placeOf(older, 9, new Map([[0, model.bitsOf(0)]]), 7)).toEqual({ state: 'waiting', position: 7 });
  });

  it('is of no line of another generation, and may be a turn up to the frontier', () => {
    const model = modelOf();
    model.join(5);
    model.admit(2);
    expect(placeOf(model.line(), 5, new Map(), 8)).toEqual({ state: 'other_generation' });
    expect(placeOf(model.line(), 2, new Map(), 7)).toEqual({ state: 'turn' });
    expect(placeOf(model.line(), 3, new Map(), 7)).toEqual({ state: 'waiting', position: 1 });
  });
});

describe('the interval of polls', () => {
  const line = modelOf().line();
  it('is 1 s at the front and 15 s at the back, never below `next`, and spread by the jitter', () => {
    expect(nextIn(line, 1, 0)).toBe(1_000);
    expect(nextIn(line, 1_000_000, 1)).toBe(15_000);
    expect(nextIn({ ...line, next: 4_000 }, 1, 0)).toBe(4_000);
    expect(nextIn(line, 1, 1)).toBeGreaterThan(nextIn(line, 1, 0));
  });

  it('ends before the turn of everybody further back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 10_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (position, jitter) => {
        const ms = nextIn(line, position, jitter);
        expect(ms).toBeGreaterThanOrEqual(1_000);
        expect(ms).toBeLessThanOrEqual(15_000);
        expect(ms).toBeLessThan((position / line.admitPerSecond) * 1_000);
      }),
    );
  });
});

describe('a chance', () => {
  const line = (chances: Line['chances'], status: Line['status'] = 'open'): Line => ({
    ...modelOf().line(),
    status,
    ...(chances && { chances }),
  });

  it('is one up to the first place of the list, a straight line between two, and the last one behind it', () => {
    const chances = [
      [10, 0.99],
      [20, 0.5],
      [40, 0.1],
    ] as const;
    expect([1, 10, 11, 20, 30, 40, 1_000].map((position) => chanceOf(line(chances), position))).toEqual([1, 1, 0.94, 0.5, 0.3, 0.1, 0.1]);
    expect([chanceOf(line(undefined), 5), chanceOf(line([]), 5), chanceOf(line(chances, 'closed'), 5)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is the one that the service tells', () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 99 })), { maxLength: 13 });
    const status = fc.constantFrom<Line['status']>('open', 'paused', 'lobby', 'closed');
    fc.assert(
      fc.property(list, status, fc.integer({ min: 1, max: 3_000 }), (rows, is, position) => {
        const positions = rows.map(([at]) => at).sort((a, b) => a - b);
        const chances = rows
          .map(([, percent]) => percent / 100)
          .sort((a, b) => b - a)
          .map((chance, i) => [positions[i]!, chance] as const);
        expect(chanceOf(line(chances, is), position)).toBe(chanceByContract(is, chances, position));
      }),
    );
  });
});

describe('the package', () => {
  const folder = join(import.meta.dirname, '..');
  it('is below 2 kB compressed, and imports nothing', () => {
    const source = readFileSync(join(folder, 'src/index.ts'), 'utf8');
    expect(source).not.toMatch(/^import /m);
    const { outputFiles } = buildSync({ entryPoints: [join(folder, 'src/index.ts')], minify: true, format: 'esm', write: false });
    expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThanOrEqual(2_048);
  });

  const example = /```js\n(.*?)\n```/s.exec(readFileSync(join(folder, 'README.md'), 'utf8'))![1]!;
  it('has an example of 20 lines at most', () => {
    expect(example.split('\n').length).toBeLessThanOrEqual(20);
  });

  it('has an example that waits through refusals and lost connections, to the turn or a 404', async () => {
    const model = modelOf(4_096);
    model.join(9);
    model.leave(2);
    const line = () => Response.json(model.line());
    const bitmap = () => new Response(new Uint8Array(model.bitsOf(0)));
    const refusal = (status: number) => () => new Response('<html>', { status });
    const lost = () => Promise.reject(new TypeError('fetch failed'));
    const turn = () => {
      model.admit(8);
      return line();
    };
    const body = example.replace(/^import .*$/m, '').replace('export const follow =', 'return');
    const run = async (...answers: (() => Response | Promise<Response>)[]) => {
      const shown: number[] = [];
      const waits: number[] = [];
      const fetch = async () => answers.shift()!();
      const follow = new Function('nextIn', 'placeOf', 'fetch', body)(nextIn, placeOf, fetch) as (...given: unknown[]) => Promise<string>;
      const wait = async (ms: number) => void waits.push(ms);
      const end = await follow('', 'concert', { seq: 9, generation: 7 }, (position: number) => shown.push(position), wait);
      return { end, shown, waits };
    };
    const followed = await run(refusal(503), lost, refusal(429), () => new Response('<html>'), line, lost, line, bitmap, turn);
    expect(followed).toMatchObject({ end: 'turn', shown: [8] });
    expect(followed.waits).toHaveLength(6);
    expect(Math.min(...followed.waits.slice(0, 4))).toBeGreaterThanOrEqual(5_000);
    expect(Math.min(...followed.waits)).toBeGreaterThanOrEqual(1_000);
    expect(await run(refusal(404))).toEqual({ end: 'not_found', shown: [], waits: [] });
  });
});
