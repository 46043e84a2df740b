import { isTransient, type Client, type Result } from '@sunbeon/client';
import type { OwnPlace, Party } from './party.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Interval of the public line, ms. */
const lineMs = 250;
const tries = 8;

/** Buys one ticket for each place whose turn it is. Who is next is read from the public line, for both parties alike, so that no party is slower here. */
export const serveParties = async (
  client: Client,
  saleId: string,
  parties: readonly Party[],
  { isJoining, isOver }: { isJoining: () => boolean; isOver: () => boolean },
): Promise<void> => {
  const served = new Set<OwnPlace>();
  const running = new Set<Promise<void>>();
  const persist = async <T>(call: () => Promise<Result<T>>): Promise<Result<T>> => {
    for (let turn = 1; ; turn += 1) {
      const answer = await call();
      if (answer.ok || !isTransient(answer.failure) || turn === tries || isOver()) return answer;
      await pause(answer.failure.retryAfterMs ?? lineMs);
    }
  };
  const buy = async (party: Party, { me }: OwnPlace): Promise<void> => {
    const claimed = await persist(() => me.claim(saleId));
    if (!claimed.ok) return;
    const bought = await persist(() => me.purchase(saleId, 1, { attempts: 3 }));
    if (bought.ok) party.bought();
  };
  for (;;) {
    const wasJoining = isJoining();
    const line = await client.line(saleId);
    const frontier = line.ok ? line.value.frontier : 0;
    const isSoldOut = line.ok && line.value.stock?.left === 0 && line.value.stock.held === 0;
    let waiting = 0;
    for (const party of parties)
      for (const place of party.places.values()) {
        if (served.has(place)) continue;
        if (place.seq > frontier) waiting += 1;
        else {
          served.add(place);
          const work = buy(party, place).finally(() => running.delete(work));
          running.add(work);
        }
      }
    if (isOver() || (!wasJoining && (isSoldOut || (line.ok && waiting === 0)))) break;
    await pause(lineMs);
  }
  await Promise.all(running);
};
