import { describe, expect, it } from '@jest/globals';
import { judge } from '../soak/judge.ts';
import { readOptions } from '../soak/options.ts';
import type { Sample } from '../soak/sampler.ts';

const mebibyte = 1_024 ** 2;
interface Shape {
  heap: number;
  handles: number;
  keys: number;
  bytes: number;
}
/** 120 samples whose figures rise by `growth` in all, the heap as a saw between collections. */
const samplesOf = (growth: Partial<Shape>): Sample[] =>
  Array.from({ length: 120 }, (_, i) => {
    const share = i / 119;
    const of = (name: keyof Shape, base: number): number => base + (growth[name] ?? 0) * share;
    return {
      seconds: i * 60,
      processes: {
        'gateway-0': {
          pid: 1,
          rss: 120 * mebibyte,
          heap: (of('heap', 40) + (i % 5) * 8) * mebibyte,
          handles: Math.round(of('handles', 60)),
        },
      },
      redis: { bytes: of('bytes', 3) * mebibyte, keys: Math.round(of('keys', 50)), clients: 11 },
      times: { join: { count: 300, p50: 8, p99: 30 } },
    };
  });
const grown = (samples: readonly Sample[]): string[] =>
  judge(samples)
    .filter(({ grew }) => grew)
    .map(({ what }) => what);

describe('judge', () => {
  it('finds no growth in what only rises and falls', () => {
    expect(grown(samplesOf({}))).toEqual([]);
    expect(judge(samplesOf({})).map(({ what }) => what)).toEqual([
      'gateway-0: resident memory',
      'gateway-0: heap',
      'gateway-0: handles',
      'Redis: memory',
      'Redis: keys',
      'Redis: connections',
      'join: p50',
      'join: p99',
    ]);
  });

  it.each([
    [{ heap: 40 }, 'gateway-0: heap'],
    [{ handles: 30 }, 'gateway-0: handles'],
    [{ keys: 60 }, 'Redis: keys'],
    [{ bytes: 5 }, 'Redis: memory'],
  ] as const)('finds a leak: %j', (growth, what) => {
    expect(grown(samplesOf(growth))).toEqual([what]);
  });

  it('compares what is there: a process that died and samples without Redis are left out', () => {
    const samples = samplesOf({}).map((sample, i) => (i % 2 === 0 ? { ...sample, redis: null, processes: {} } : sample));
    expect(judge(samples).map(({ start, end }) => [start, end].every(Number.isFinite))).not.toContain(false);
    expect(judge(samples)).toHaveLength(8);
  });
});

describe('options', () => {
  it('kills end the run where no hours are given', () => {
    expect(readOptions([])).toMatchObject({ seconds: 86_400, kills: 0, perSecond: 5, waiting: 200 });
    expect(readOptions(['--kills', '500'])).toMatchObject({ seconds: 0, kills: 500 });
    expect(readOptions(['--kills', '500', '--hours', '2'])).toMatchObject({ seconds: 7_200, kills: 500 });
  });

  it.each(['--hours=none', '--kills=1.5', '--per-second=0'])('%s is refused', (option) => {
    expect(() => readOptions([option])).toThrow(/must be a/);
  });
});
