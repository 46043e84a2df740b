import { isDeepStrictEqual } from 'node:util';
import { createClient, type Result, type Visitor } from '@sunbeon/client';
import { Agent, fetch as undiciFetch } from 'undici';

/** One call on a connection of its own, so that each goes to another gateway. */
const dispatcher = new Agent({ pipelining: 0 });
const fetch = (url: string, init: RequestInit): Promise<Response> =>
  undiciFetch(url, { ...(init as Parameters<typeof undiciFetch>[1]), dispatcher }) as unknown as Promise<Response>;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Visitors of one sale who read their places, join, join again with their tokens and claim during a key rotation. A 401, a lost place
 * or a second one is a fault. 503 and broken connections are retried.
 */
export const startPeople = (port: number, saleId: string) => {
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  const stranger = createClient({ baseUrl: `http://127.0.0.1:${port}`, fetch, timeoutMs: 10_000 });
  const people: { token: string; visitor: Visitor; inside: boolean }[] = [];
  let ended = false;

  const ask = async <T>(what: string, call: () => Promise<Result<T>>): Promise<Result<T>> => {
    for (;;) {
      const result = await call();
      const status = result.ok ? result.status : result.failure.status;
      counts[status] = (counts[status] ?? 0) + 1;
      if (status !== 0 && status !== 503) {
        if (!result.ok) faults.push(`${what}: ${status} ${JSON.stringify(result.failure)}`);
        return result;
      }
      if (ended) return result;
      await sleep(200);
    }
  };
  const join = async (): Promise<void> => {
    const joined = await ask('join', () => stranger.join(saleId));
    if (joined.ok && joined.status === 201) people.push({ ...joined.value, inside: false });
  };
  /** Visits one visitor after the other: the place, a join with the token, and the claim after an admission. */
  const look = async (i: number): Promise<void> => {
    const person = people[i % people.length]!;
    const { visitorId, seq } = person.visitor;
    const me = stranger.withToken(person.token);
    const placeOf = async (): Promise<Result<Visitor>> => {
      if (i % 3 !== 0) return ask(`place of ${seq}`, () => me.place(saleId));
      const joined = await ask(`join of ${seq} with the token`, () => me.join(saleId));
      if (!joined.ok) return joined;
      if (joined.status === 200) person.token = joined.value.token;
      return { ...joined, value: joined.value.visitor };
    };
    const seen = await placeOf();
    if (!seen.ok) return;
    if (seen.status === 201) return void faults.push(`${seq} got a second place`);
    const now = seen.value;
    if (!isDeepStrictEqual([now.visitorId, now.seq ?? seq], [visitorId, seq])) faults.push(`${seq} became ${now.visitorId} ${now.seq}`);
    if (now.state === 'admitted' && !person.inside) {
      const claimed = await ask(`claim of ${seq}`, () => stranger.withToken(person.token).claim(saleId));
      person.inside = claimed.ok;
    } else if (now.state !== 'waiting' && now.state !== 'admitted') faults.push(`${seq} is ${now.state}`);
  };
  const repeat = async (everyMs: number, act: () => Promise<void>): Promise<void> => {
    while (!ended) {
      await Promise.all([act(), sleep(everyMs)]);
    }
  };
  const began = (async () => {
    for (let i = 0; i < 60; i += 1) await join();
    let next = 0;
    return Promise.all([repeat(250, join), ...Array.from({ length: 8 }, () => repeat(100, () => look((next += 1))))]);
  })();

  return {
    people,
    faults,
    counts,
    /** Ends when all are idle and each was visited once more. */
    stop: async (): Promise<void> => {
      ended = true;
      await began;
      ended = false;
      for (let i = 0; i < people.length; i += 1) await look(i * 3 + 1);
    },
  };
};
