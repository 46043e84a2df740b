import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStack, type Stack } from '../fixtures/stack.mjs';

let stack: Stack;
beforeAll(async () => { stack = await startStack({ instances: { queue: 2 }, built: true }); }, 60_000);
afterAll(() => stack.stop());

interface Look { atMs: number; ready: boolean; live: boolean }

/** Looks at `/readyz` and `/livez` of the processes ten times a second until `until` is true of the looks. */
const watch = (names: readonly string[]) => {
  const looks = new Map<string, Look[]>(names.map((name) => [name, []]));
  let going = true;
  const ok = (url: string): Promise<boolean> => fetch(url, { signal: AbortSignal.timeout(1_000) }).then(({ ok: is }) => is, () => false);
  const done = Promise.all(names.map(async (name) => {
    while (going) {
      const atMs = performance.now();
      const [ready, live] = await Promise.all([ok(`${stack.ops(name)}/readyz`), ok(`${stack.ops(name)}/livez`)]);
      looks.get(name)!.push({ atMs, ready, live });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }));
  const all = (test: (look: Look) => boolean): boolean => [...looks.values()].every((own) => own.length > 0 && test(own.at(-1)!));
  return {
    looks,
    /** Ms until the last look at each of them says `ready`. */
    until: async (ready: boolean, limitMs: number): Promise<number> => {
      const from = performance.now();
      while (!all((look) => look.atMs > from && look.ready === ready)) {
        if (performance.now() - from > limitMs) throw new Error(`after ${limitMs} ms: ${JSON.stringify([...looks].map(([name, own]) => [name, own.at(-1)]))}`);
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
const signal = (names: readonly string[], name: 'SIGSTOP' | 'SIGCONT'): void => { for (const one of names) stack.processes.get(one)!.child.kill(name); };

it.each([
  ['Redis', ['redis'], ['gateway-0', 'queue-0', 'admission-0', 'purchase-0']],
  ['every queue service', ['queue-0', 'queue-1'], ['gateway-0']],
])('while %s hangs, what cannot serve a visitor says so within 4 s, without a word to the contrary, and is ready within 2 s of its end', async (_, frozen, names) => {
  const watched = watch(names);
  await watched.until(true, 10_000);
  signal(frozen, 'SIGSTOP');
  expect(await watched.until(false, 4_000)).toBeLessThan(4_000);
  const redFrom = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const during = [...watched.looks.values()].flatMap((own) => own.filter(({ atMs }) => atMs > redFrom));
  expect(during.length).toBeGreaterThan(10);
  expect(during.filter(({ ready }) => ready)).toEqual([]);
  signal(frozen, 'SIGCONT');
  expect(await watched.until(true, 2_000)).toBeLessThan(2_000);
  expect([...watched.looks.values()].flat().filter(({ live }) => !live)).toEqual([]);
  await watched.stop();
}, 30_000);

it('one of two queue services that hangs leaves the gateway ready', async () => {
  const watched = watch(['gateway-0']);
  await watched.until(true, 10_000);
  signal(['queue-1'], 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  signal(['queue-1'], 'SIGCONT');
  expect(watched.looks.get('gateway-0')!.filter(({ ready }) => !ready)).toEqual([]);
  await watched.stop();
}, 30_000);
