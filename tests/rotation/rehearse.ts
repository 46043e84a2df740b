import type { CreateSale } from '@sunbeon/contracts';
import { operatorAt, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/stack.mjs';
import { createRandom } from '../chaos/random.ts';
import { startPeople } from './people.ts';
import { keyIdOf, type Rotation } from './roll.ts';

/** One change of keys: in which order which instance gets which list. */
export type Step = readonly [instance: string, list: string];
export const plans = {
  /** The documented order: every instance knows the new key, then it signs. */
  documented: (names) => [...names.map((name): Step => [name, 'old,new']), ...names.map((name): Step => [name, 'new,old'])],
  /** The second step at once. */
  'new first': (names) => names.map((name): Step => [name, 'new,old']),
  /** The signing key is removed: all instances refuse, until it is restored. */
  'key dropped': (names, _, signing) => [
    ...names.map((name): Step => [name, signing === 'new' ? 'old' : 'new']),
    ...names.map((name): Step => [name, 'new,old']),
  ],
  /** Anything, and the second step at the end. */
  random: (names, pick) => [
    ...Array.from({ length: 12 }, (): Step => [pick(names), pick(['old', 'old,new', 'new,old', 'new'])]),
    ...names.map((name): Step => [name, 'new,old']),
  ],
} satisfies Record<string, (names: readonly string[], pick: <T>(from: readonly T[]) => T, signing: 'old' | 'new') => Step[]>;
export type Plan = keyof typeof plans;

let sales = 0;
interface Watched {
  say?: (line: string) => void;
  settings?: Partial<CreateSale>;
  /** Before the others come, and when half of the steps are done. */
  first?: (saleId: string) => Promise<void>;
  halfway?: (saleId: string) => Promise<void>;
}
/** Executes a plan, in an order of `seed`, while visitors wait and join; returns the faults. Afterwards every instance knows both keys. */
export const rehearse = async (
  rotation: Rotation,
  plan: Plan,
  seed: number,
  { say = () => {}, settings = {}, first, halfway }: Watched = {},
) => {
  const random = createRandom(seed);
  const names = [...rotation.names]
    .map((name) => ({ name, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
  const base = `http://127.0.0.1:${rotation.port}`;
  const saleId = `rotation_${(sales += 1)}`;
  const { status } = await operatorAt(base).create({
    saleId,
    title: 'Rotation',
    stock: 1_000,
    admitPerSecond: 2,
    activeLimit: 40,
    claimSeconds: 120,
    sessionSeconds: 3_600,
    ...settings,
  });
  if (status !== 201) throw new Error(`the sale of the rehearsal: ${status}`);
  await first?.(saleId);
  const people = startPeople(rotation.port, saleId);
  await until('60 people in line', async () => people.people.length >= 60);
  const refused: string[] = [];
  const steps = plans[plan](names, random.of, rotation.signing());
  for (const [i, [name, list]] of steps.entries()) {
    if (i === steps.length / 2) await halfway?.(saleId);
    const found = await rotation.replace(name, list);
    if (found === 'refuses') refused.push(name);
    say(`  ${name} ${list}: ${found}`);
  }
  const since = Date.now();
  await until('the new key to sign', rotation.signsNew, 20_000);
  say(`  the new key signs ${((Date.now() - since) / 1_000).toFixed(1)} s after the last step`);
  rotation.signed('new');
  await people.stop();
  const numbers = people.people.map(({ visitor }) => visitor.seq);
  if (new Set(numbers).size !== numbers.length) people.faults.push('a number was given twice');
  say(
    `  ${people.people.length} people, ${people.people.filter(({ inside }) => inside).length} inside; answers ${JSON.stringify(people.counts)}`,
  );
  const { body } = await visitorOf(saleId, people.people[0]!.token, base).join();
  return { ...people, refused, names, saleId, signs: keyIdOf(body.token) };
};
