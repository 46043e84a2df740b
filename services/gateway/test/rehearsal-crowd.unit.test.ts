import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { answerExamples, rehearsalLimits, type OperatorSale, type Rehearsal } from '@sunbeon/contracts';
import type { CrowdAnswer, CrowdCalls } from '../src/rehearsals/crowd-calls.ts';
import { createRehearsals } from '../src/rehearsals/rehearsals.ts';

const log = { write: (event: string) => void (event === 'rehearsal_failed' && warnings.push(event)) } as never;
const warnings: unknown[] = [];

/** Services of one sale that admit all at once, or up to `frontier`. */
const createServices = () => {
  const seen = {
    people: new Set<number>(),
    joined: 0,
    claimed: 0,
    bought: new Map<string, number>(),
    left: new Set<string>(),
    most: 0,
    calls: 0,
  };
  const state = { frontier: Infinity, status: 'open', soldOut: false, answer: undefined as CrowdAnswer | undefined, latencyMs: 1 };
  let underWay = 0;
  const call =
    <A extends unknown[]>(serve: (...args: A) => CrowdAnswer) =>
    async (...args: A): Promise<CrowdAnswer> => {
      seen.calls += 1;
      underWay += 1;
      seen.most = Math.max(seen.most, underWay);
      await new Promise((resolve) => setTimeout(resolve, state.latencyMs));
      underWay -= 1;
      return state.answer ?? serve(...args);
    };
  const calls: CrowdCalls = {
    join: call((person) => ((seen.joined += 1), seen.people.add(person), { status: 201, token: String(person) })),
    place: call((token) => ({ status: 200, state: Number(token) <= state.frontier ? 'admitted' : 'waiting' })),
    claim: call(() => ((seen.claimed += 1), { status: 200 })),
    buy: call((_, token, quantity) => (seen.bought.set(token, quantity), { status: 201 })),
    leave: call((token) => (seen.left.add(token), { status: 204 })),
    sale: async () => ({ status: state.status as OperatorSale['status'], soldOut: state.soldOut }),
  };
  return { seen, state, calls };
};
const saleWith = (rehearsal: Partial<Rehearsal>, sale: Partial<OperatorSale> = {}): OperatorSale => ({
  ...answerExamples.OperatorSale,
  saleId: 'rehearsal-0123456789abcdef',
  closesAt: '2026-05-01T10:10:07.250Z',
  joined: 0,
  status: 'open',
  ...sale,
  rehearsal: {
    of: 'a',
    people: 100,
    minutes: 10,
    conversion: 1,
    noShowRate: 0,
    arrivalSeconds: 1,
    until: '2026-05-01T10:25:07.250Z',
    ...rehearsal,
  },
});

beforeEach(() => {
  jest.useFakeTimers();
  warnings.length = 0;
});
afterEach(() => {
  expect(warnings).toEqual([]);
  jest.useRealTimers();
});
const run = async (rehearsal: Partial<Rehearsal>, sale: Partial<OperatorSale> = {}) => {
  const services = createServices();
  const rehearsals = createRehearsals(() => services.calls, log);
  rehearsals.start(saleWith(rehearsal, sale));
  return { ...services, rehearsals };
};

describe('the people of a rehearsal', () => {
  it('arrive, claim and buy within the limit of a visitor, all of them, and are gone', async () => {
    const { seen } = await run({ people: 100 }, { perVisitorLimit: 2 });
    await jest.advanceTimersByTimeAsync(300_000);
    expect([seen.joined, seen.claimed, seen.bought.size, seen.left.size]).toEqual([100, 100, 100, 0]);
    expect(new Set(seen.bought.values())).toEqual(new Set([1, 2]));
    const { calls } = seen;
    await jest.advanceTimersByTimeAsync(300_000);
    expect(seen.calls).toBe(calls);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are the same people when a call is made again after a lost answer', async () => {
    const { seen, state, calls } = createServices();
    const { join, buy } = calls;
    const lost = new Set<unknown>();
    const losing =
      <A extends [number, ...unknown[]]>(call: (...args: A) => Promise<CrowdAnswer>) =>
      async (...args: A): Promise<CrowdAnswer> => {
        const answer = await call(...args);
        const name = `${args.length} ${args[0]}`;
        if (lost.has(name)) return answer;
        lost.add(name);
        return { status: 503 };
      };
    const rehearsals = createRehearsals(() => ({ ...calls, join: losing(join), buy: losing(buy) }), log);
    rehearsals.start(saleWith({ people: 20 }));
    await jest.advanceTimersByTimeAsync(300_000);
    expect(state.answer).toBeUndefined();
    expect([seen.joined, seen.people.size, seen.claimed, seen.bought.size]).toEqual([40, 20, 20, 20]);
  });

  it.each([
    ['twice', {}, 2],
    ['once there are people', { joined: 1 }, 0],
    ['once it is closed', { status: 'closed' as const }, 0],
  ] as const)('come once, if they are sent %s', async (_, sale, starts) => {
    const { seen, calls } = createServices();
    const rehearsals = createRehearsals(() => calls, log);
    for (let i = 0; i < Math.max(1, starts); i += 1) {
      rehearsals.start(saleWith({ people: 30 }, { joined: 0, status: 'open', ...sale }));
      await jest.advanceTimersByTimeAsync(200);
    }
    await jest.advanceTimersByTimeAsync(300_000);
    expect(seen.joined).toBe(starts === 0 ? 0 : 30);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('do not claim, or leave without buying, by their shares', async () => {
    const { seen } = await run({ people: 2_000, arrivalSeconds: 60, noShowRate: 0.25, conversion: 0.5 });
    await jest.advanceTimersByTimeAsync(400_000);
    expect(seen.claimed / 2_000).toBeCloseTo(0.75, 1);
    expect(seen.bought.size / seen.claimed).toBeCloseTo(0.5, 1);
    expect(seen.left.size + seen.bought.size).toBe(seen.claimed);
  });

  it('buy nothing at a gate', async () => {
    const { seen } = await run({ people: 20 }, { kind: 'gate' });
    await jest.advanceTimersByTimeAsync(300_000);
    expect([seen.claimed, seen.bought.size, seen.left.size]).toEqual([20, 0, 20]);
  });

  it('wait for their turn: only the front of the line is asked for', async () => {
    const { seen, state } = await run({ people: 1_000 });
    state.frontier = 0;
    await jest.advanceTimersByTimeAsync(10_000);
    expect([seen.joined, seen.claimed]).toEqual([1_000, 0]);
    const { calls } = seen;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(seen.calls - calls).toBeLessThanOrEqual(20 * 16);
    state.frontier = 600;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(seen.claimed).toBe(600);
  });

  it('make so many calls a second and at once, however slow the services are', async () => {
    const { seen, state } = await run({ people: rehearsalLimits.people });
    state.frontier = 0;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(seen.calls).toBeGreaterThan(5_000);
    expect(seen.calls).toBeLessThanOrEqual(10.2 * rehearsalLimits.callsPerSecond);
    state.latencyMs = 2_000;
    const { calls } = seen;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(seen.most).toBe(rehearsalLimits.inFlight);
    expect(seen.calls - calls).toBeLessThanOrEqual(11 * rehearsalLimits.inFlight);
  });

  it('stand back from busy services, and go on afterwards', async () => {
    const { seen, state } = await run({ people: 100 });
    state.answer = { status: 503 };
    await jest.advanceTimersByTimeAsync(3_000);
    // At most the calls under way, once a second.
    expect(seen.calls).toBeLessThanOrEqual(4 * rehearsalLimits.inFlight);
    expect(seen.joined).toBe(0);
    delete state.answer;
    await jest.advanceTimersByTimeAsync(300_000);
    expect(seen.bought.size).toBe(100);
  });

  it.each([
    ['it is closed', (state: { status: string }) => void (state.status = 'closed')],
    ['its process ends', (_: unknown, rehearsals: { stop: () => void }) => rehearsals.stop()],
  ] as const)('call nothing any more when %s', async (_, end) => {
    const { seen, state, rehearsals } = await run({ people: 1_000, arrivalSeconds: 600 });
    await jest.advanceTimersByTimeAsync(60_000);
    end(state, rehearsals);
    await jest.advanceTimersByTimeAsync(1_100);
    const { calls } = seen;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(seen.calls).toBe(calls);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are gone at the end that was planned, also when no service answers', async () => {
    const { seen, state } = await run({ people: rehearsalLimits.people });
    state.answer = { status: 503 };
    await jest.advanceTimersByTimeAsync(601_000);
    const { calls } = seen;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(seen.calls).toBe(calls);
    expect(jest.getTimerCount()).toBe(0);
  });
});
