import { createClient, type Client, type Failure, type Place } from '@sunbeon/client';
import { createTimes } from '../report.ts';
import { createTransport } from '../transport.ts';
import type { Solved } from './solve-process.ts';

/** A place that a party got. */
export interface OwnPlace {
  seq: number;
  me: Client;
}

/** People, or scripts: what they got at one sale, and what it cost. */
export const createParty = (gateway: string, connections: number) => {
  const transport = createTransport(gateway, connections);
  const counted: typeof transport.send = (url, init) => {
    requests += 1;
    return transport.send(url, init);
  };
  const reach = { baseUrl: gateway, timeoutMs: 15_000 };
  const buyer = createClient({ ...reach, fetch: transport.send });
  const places = new Map<string, OwnPlace>();
  const refusals = new Map<string, number>();
  const timesMs = createTimes();
  let [requests, attempts, cpuMs, tries, tickets] = [0, 0, 0, 0, 0];

  return {
    /** Without cookies: each join is that of a stranger. Its requests are counted. */
    stranger: createClient({ ...reach, fetch: counted }),
    /** Its requests are not. */
    buyer,
    places,
    attempt: (): void => void (attempts += 1),
    /** False for a place that the party has already: that of a member who joined again. */
    placed: ({ visitor, token }: Place, tookMs: number): boolean => {
      if (places.has(visitor.visitorId)) return false;
      places.set(visitor.visitorId, { seq: visitor.seq!, me: buyer.withToken(token) });
      timesMs.add(tookMs);
      return true;
    },
    refused: ({ code }: Failure): void => void refusals.set(code, (refusals.get(code) ?? 0) + 1),
    solved: (work: Solved): void => {
      cpuMs += work.cpuMs;
      tries += work.tries;
    },
    bought: (): void => void (tickets += 1),
    /** `stock`: the places that can buy. */
    result: (stock: number) => ({
      attempts,
      places: places.size,
      firstPlaces: [...places.values()].filter(({ seq }) => seq <= stock).length,
      tickets,
      solvingCpuSeconds: cpuMs / 1_000,
      hashes: tries,
      requests,
      secondsToPlace: timesMs.count() === 0 ? null : timesMs.at(0.5) / 1_000,
      refusals: Object.fromEntries([...refusals].toSorted(([a], [b]) => a.localeCompare(b))),
    }),
    stop: (): Promise<void> => transport.stop(),
  };
};
export type Party = ReturnType<typeof createParty>;
export type PartyResult = ReturnType<Party['result']>;
