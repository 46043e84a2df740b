import { keys } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import { usesOfCode } from './entrance-crowd.ts';
import type { History } from './history.ts';

const visitorsBy = (enterings: History['enterings'], what: 'key' | 'challenge'): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  for (const one of enterings) if (one.visitor !== null) found.set(one[what], (found.get(one[what]) ?? new Set<string>()).add(one.visitor));
  return found;
};

/** One challenge, one place; one key, one place and token (E1). */
const joinFaults = ({ enterings }: History): string[] => {
  const faults: string[] = [];
  for (const [id, visitors] of visitorsBy(enterings, 'challenge'))
    if (visitors.size > 1) faults.push(`E1: the challenge ${id} gave places to ${[...visitors].join(' and ')}`);
  for (const [key, visitors] of visitorsBy(enterings, 'key'))
    if (visitors.size > 1) faults.push(`E1: the key ${key} gave places to ${[...visitors].join(' and ')}`);
  const tokens = new Map<string, string>();
  // Who sends a join again is told of the place, not that its challenge is spent.
  const placed = visitorsBy(enterings, 'key');
  for (const { key, why } of enterings)
    if (why === 'proof_invalid' && placed.has(key)) faults.push(`E1: the key ${key} got a place, and was refused its own challenge`);
  for (const { key, token } of enterings) {
    if (token === null) continue;
    if ((tokens.get(key) ?? token) !== token) faults.push(`E1: the key ${key} got two tokens`);
    tokens.set(key, token);
  }
  return faults;
};

/** A transfer is taken once, and is of the place for which it was made (E1, E4). */
const movingFaults = ({ movings }: History): string[] =>
  movings.flatMap(({ visitor, takes }) => {
    const ok = takes.filter(({ outcome }) => outcome === 'ok');
    return [
      ...(ok.length > 1 ? [`E1: a transfer of ${visitor} was taken ${ok.length} times`] : []),
      ...ok.flatMap((one) => (one.visitor === visitor ? [] : [`E4: a transfer of ${visitor} gave the place of ${one.visitor}`])),
    ];
  });

/** A code never gave more places than it has uses: those who hold one or bought. Every other use was given back (E1). */
const codeFaults = async (redis: Redis, saleId: string, { enterings, buys }: History): Promise<string[]> => {
  const [holders, uses, bought, places] = await Promise.all([
    redis.hgetall(keys.codeHolders(saleId)),
    redis.hgetall(keys.codeUses(saleId)),
    redis.hgetall(keys.bought(saleId)),
    Promise.all([redis.zrange(keys.queue(saleId), '0', '-1'), redis.zrange(keys.active(saleId), '0', '-1')]).then(
      (two) => new Set(two.flat()),
    ),
  ]);
  const faults: string[] = [];
  const held = new Map<string, Set<string>>();
  const hold = (code: string, visitor: string): unknown => held.set(code, (held.get(code) ?? new Set<string>()).add(visitor));
  for (const [visitor, code] of Object.entries(holders)) {
    hold(code, visitor);
    if (!places.has(visitor) && !(visitor in bought)) faults.push(`E1: ${visitor} has no place, bought nothing, and has a use of ${code}`);
  }
  for (const code of new Set([...held.keys(), ...Object.keys(uses)]))
    if (Number(uses[code] ?? 0) !== (held.get(code)?.size ?? 0))
      faults.push(`E1: ${code} counts ${uses[code] ?? 0} uses, and ${held.get(code)?.size ?? 0} visitors have one`);
  // By what the clients know: who bought came in with the code of the first join.
  const codeOf = new Map(enterings.flatMap(({ visitor, code }) => (visitor === null ? [] : [[visitor, code] as const])));
  for (const { visitor, outcome } of buys) if (outcome === 'ok' && codeOf.has(visitor)) hold(codeOf.get(visitor)!, visitor);
  for (const visitor of places) {
    if (codeOf.has(visitor)) hold(codeOf.get(visitor)!, visitor);
    if (!(visitor in holders)) faults.push(`E1: ${visitor} has a place, and no use of a code`);
  }
  for (const [code, visitors] of held)
    if (visitors.size > usesOfCode) faults.push(`E1: ${code} is good ${usesOfCode} times, and gave places to ${[...visitors].join(', ')}`);
  return faults;
};

/** The promises of the entrance (E1, E4), from what clients were told and from what Redis holds. */
export const entranceFaults = async (redis: Redis, saleId: string, history: History): Promise<string[]> => [
  ...joinFaults(history),
  ...movingFaults(history),
  ...(await codeFaults(redis, saleId, history)),
];

/** How much of it happened. */
export const entranceFigures = ({ enterings, movings }: History): string => {
  const sentOften = new Map<string, number>();
  for (const { key } of enterings) sentOften.set(key, (sentOften.get(key) ?? 0) + 1);
  const challenges = new Set(enterings.map(({ challenge }) => challenge)).size;
  const places = new Set(enterings.flatMap(({ visitor }) => visitor ?? [])).size;
  const taken = movings.filter(({ takes }) => takes.some(({ outcome }) => outcome === 'ok')).length;
  const refusedWith = (code: string): number => enterings.filter(({ why }) => why === code).length;
  return (
    `${enterings.length} joins with ${challenges} challenges, ${places} places, ${[...sentOften.values()].filter((n) => n > 1).length} keys sent more than once, ` +
    `${refusedWith('proof_invalid')} spent challenges and ${refusedWith('code_invalid')} codes refused, ${movings.length} transfers (${taken} taken)`
  );
};
