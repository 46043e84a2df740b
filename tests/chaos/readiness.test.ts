import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStack, until, type Stack } from '../fixtures/stack.mjs';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ instances: { queue: 2 }, built: true });
}, 60_000);
afterAll(() => stack.stop());

interface Look {
  atMs: number;
  ready: boolean;
  live: boolean;
}

/** Polls `/readyz` and `/livez` of the processes ten times a second until `until` is true of the results. */
const watch = (names: readonly string[]) => {
  const looks = new Map<string, Look[]>(names.map((name) => [name, []]));
  let going = true;
  const ok = (url: string): Promise<boolean> =>
    fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok: is }) => is,
      () => false,
    );
  const done = Promise.all(
    names.map(async (name) => {
      while (going) {
        const atMs = performance.now();
        const [ready, live] = await Promise.all([ok(`${stack.ops(name)}/readyz`), ok(`${stack.ops(name)}/livez`)]);
        looks.get(name)!.push({ atMs, ready, live });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
  const all = (test: (look: Look) => boolean): boolean => [...looks.values()].every((own) => own.length > 0 && test(own.at(-1)!));
  return {
    looks,
    /** Ms until the last look at each of them says `ready`. */
    until: async (ready: boolean, limitMs: number): Promise<number> => {
      const from = performance.now();
      while (!all((look) => look.atMs > from && look.ready === ready)) {
        if (performance.now() - from > limitMs)
          throw new Error(`after ${limitMs} ms: ${JSON.stringify([...looks].map(([name, own]) => [name, own.at(-1)]))}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return performance.now() - from;
    },
    stop: async () => {
      going = false;
      await done;
    },
  };
};
const signal = (names: readonly string[], name: 'SIGSTOP' | 'SIGCONT'): void => {
  for (const one of names) stack.processes.get(one)!.child.kill(name);
};

/** Resumes frozen processes and ends the polls, however the test ends. */
const whileFrozen = async (
  frozen: readonly string[],
  names: readonly string[],
  test: (watched: ReturnType<typeof watch>) => Promise<void>,
): Promise<void> => {
  const watched = watch(names);
  try {
    await watched.until(true, 10_000);
    signal(frozen, 'SIGSTOP');
    await test(watched);
  } finally {
    signal(frozen, 'SIGCONT');
    await watched.stop();
  }
};

it.each([
  ['Redis', ['redis'], ['gateway-0', 'queue-0', 'admission-0', 'purchase-0']],
  ['every queue service', ['queue-0', 'queue-1'], ['gateway-0']],
])(
  'while %s hangs, what cannot serve a visitor says so within 4 s, without a word to the contrary, and is ready within 2 s of its end',
  (_, frozen, names) =>
    whileFrozen(frozen, names, async (watched) => {
      const from = performance.now();
      expect(await watched.until(false, 4_000)).toBeLessThan(4_000);
      const redLooks = (own: readonly Look[]) => {
        const since = own.filter(({ atMs }) => atMs > from);
        return since.slice(since.findIndex(({ ready }) => !ready));
      };
      await until(
        'twenty looks at each since its first red one',
        async () => [...watched.looks.values()].every((own) => redLooks(own).length >= 20),
        10_000,
      );
      for (const [name, own] of watched.looks) expect([name, redLooks(own).filter(({ ready }) => ready)]).toEqual([name, []]);
      signal(frozen, 'SIGCONT');
      expect(await watched.until(true, 2_000)).toBeLessThan(2_000);
      expect([...watched.looks.values()].flat().filter(({ live }) => !live)).toEqual([]);
    }),
  40_000,
);

it(
  'one of two queue services that hangs leaves the gateway ready',
  () =>
    whileFrozen(['queue-1'], ['gateway-0'], async ({ looks }) => {
      const before = looks.get('gateway-0')!.length;
      // Longer than the two questions without an answer after which an instance is not counted.
      await until('thirty looks', async () => looks.get('gateway-0')!.length >= before + 30, 15_000);
      expect(looks.get('gateway-0')!.filter(({ ready }) => !ready)).toEqual([]);
    }),
  40_000,
);
