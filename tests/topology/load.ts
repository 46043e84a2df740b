import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { newSaleId, operator, visitorOf, type Answer } from '../fixtures/client.ts';

/** A caller's knowledge of a call: done; certainly not done; or unknown (503 without "Nothing was changed", or no answer). */
type Verdict = 'ok' | 'refused' | 'unknown';
interface Buyer {
  visitorId: string;
  token: string;
  readyAtMs: number;
  buyAgain: number;
  /** Sets a ticket aside first, and confirms. */
  holds: boolean;
  holdId: string | null;
  verdicts: Set<Verdict>;
}
interface Done {
  what: 'join' | 'hold' | 'buy';
  startedMs: number;
  endedMs: number;
}

const verdictOf = ({ status, body }: Answer<unknown>): Verdict => {
  if (status < 300) return 'ok';
  if (status < 500) return 'refused';
  return /Nothing was changed/.test((body as { detail?: string }).detail ?? '') ? 'refused' : 'unknown';
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** A tick and a reserve: earlier joins are admitted. */
const admissionMs = 1_500;
/** Between tries of a worker that was refused, ms. */
const retryMs = 50;

/** A sale that admits all visitors at once and never ends. */
export const saleUnderLoad = async (saleId = newSaleId()): Promise<string> => {
  const { status, body } = await operator.create({
    saleId,
    title: 'Topology',
    stock: 1_000_000,
    admitPerSecond: 6_000,
    activeLimit: 1_000_000,
    claimSeconds: 3_600,
    sessionSeconds: 3_600,
    holdSeconds: 900,
  });
  if (status !== 201) throw new Error(`create: ${status} ${JSON.stringify(body)}`);
  return saleId;
};

/**
 * Visitors who join, and visitors who buy one ticket each as soon as they are active, each attempt under the same key, until stopped. `holders`: of so many buyers one sets its ticket aside
 * first; 0: none.
 */
export const startLoad = (saleId: string, { joiners = 8, buyers = 8, holders = 0 } = {}) => {
  let running = true;
  const line: Buyer[] = [];
  const everyone = new Map<string, Buyer>();
  const done: Done[] = [];
  const acked = new Map<string, string>();
  const count = { ok: 0, refused: 0, unknown: 0 };
  const holds = { acked: 0, lost: [] as string[] };

  const attempt = async <T>(
    what: Done['what'],
    call: () => Promise<Answer<T>>,
  ): Promise<{ verdict: Verdict; answer: Answer<T> | null }> => {
    const startedMs = Date.now();
    const answer = await call().catch(() => null);
    const verdict = answer ? verdictOf(answer) : 'unknown';
    // 403: not inside yet. That is the line, not a fault.
    if (answer?.status !== 403) count[verdict] += 1;
    if (verdict === 'ok') done.push({ what, startedMs, endedMs: Date.now() });
    return { verdict, answer };
  };
  const joiner = async (): Promise<void> => {
    while (running) {
      // Joins faster than purchases would only fill the memory.
      if (line.length > 5_000) {
        await pause(retryMs);
        continue;
      }
      const { verdict, answer } = await attempt('join', () => visitorOf(saleId).join());
      if (verdict !== 'ok') {
        await pause(retryMs);
        continue;
      }
      const { visitor, token } = answer!.body;
      const buyer = {
        visitorId: visitor.visitorId,
        token,
        readyAtMs: Date.now() + admissionMs,
        buyAgain: 0,
        holds: holders > 0 && everyone.size % holders === 0,
        holdId: null,
        verdicts: new Set<Verdict>(),
      };
      everyone.set(buyer.visitorId, buyer);
      line.push(buyer);
    }
  };
  const buyer = async (): Promise<void> => {
    while (running) {
      if (line.length === 0 || line[0]!.readyAtMs > Date.now()) {
        await pause(retryMs);
        continue;
      }
      const next = line.shift()!;
      const me = visitorOf(saleId, next.token);
      if (next.holds && next.holdId === null) {
        const { verdict, answer } = await attempt('hold', () => me.hold(1, 'one'));
        next.verdicts.add(verdict);
        if (verdict === 'ok') {
          next.holdId = answer!.body.holdId;
          holds.acked += 1;
        }
        line.push({ ...next, readyAtMs: Date.now() + (verdict === 'ok' ? admissionMs : 200) });
        if (verdict !== 'ok') await pause(retryMs);
        continue;
      }
      const { verdict, answer } = await attempt('buy', () => (next.holdId === null ? me.buy(1, 'one') : me.confirm(next.holdId)));
      next.verdicts.add(verdict);
      if (verdict === 'ok') {
        acked.set(answer!.body.purchaseId, next.visitorId);
        continue;
      }
      // The hold was not released and has not expired.
      if (next.holdId !== null && answer !== null && [404, 409, 410].includes(answer.status)) {
        holds.lost.push(next.holdId);
        continue;
      }
      // Not yet inside, or Redis was away: again, later; the same key makes it the same purchase.
      line.push({ ...next, readyAtMs: Date.now() + 200, buyAgain: next.buyAgain + 1 });
      await pause(retryMs);
    }
  };
  const workers = [...Array.from({ length: joiners }, joiner), ...Array.from({ length: buyers }, buyer)];

  return {
    count,
    acked,
    /** Holds that were acknowledged, and those that were unknown when they were confirmed. */
    holds,
    /** Visitors whose join was acknowledged. */
    joined: () => everyone.size,
    /** Calls of a kind that began after `ms` and were acknowledged. */
    since: (what: Done['what'], ms: number) => done.filter((call) => call.what === what && call.startedMs > ms).length,
    /** The longest times without an acknowledgement, from `fromMs` on, s. */
    gaps: (fromMs: number): { join: number; buy: number } => {
      const gap = (what: Done['what']) => {
        const ends = done
          .filter((call) => call.what === what && call.endedMs >= fromMs - 200)
          .map(({ endedMs }) => endedMs)
          .sort((a, b) => a - b);
        return Math.max(0, ...ends.slice(1).map((end, i) => end - ends[i]!)) / 1_000;
      };
      return { join: gap('join'), buy: gap('buy') };
    },
    stop: async () => {
      running = false;
      await Promise.all(workers);
    },
    /** Compares acknowledged writes with Redis. */
    compare: async (redis: RedisClient) => {
      const purchases = new Map(
        Object.entries(await redis.hgetall(keys.purchases(saleId))).map(([id, json]) => [
          id,
          (JSON.parse(json) as { visitor: string }).visitor,
        ]),
      );
      const known = new Set([
        ...(await redis.zrangebyscore(keys.queue(saleId), '-inf', '+inf')),
        ...(await redis.zrangebyscore(keys.active(saleId), '-inf', '+inf')),
        ...(await redis.hkeys(keys.bought(saleId))),
        ...(await redis.hkeys(keys.ended(saleId))),
      ]);
      const byVisitor = new Set(purchases.values());
      return {
        acked: acked.size,
        sold: purchases.size,
        lost: [...acked.keys()].filter((id) => !purchases.has(id)),
        joinsLost: [...everyone.keys()].filter((visitor) => !known.has(visitor)),
        /** More than one purchase of a visitor who always used the same key. */
        twice: purchases.size - byVisitor.size,
        /** Purchases of a visitor whose every answer was "nothing was changed", or who sent no request. */
        untold: [...byVisitor].filter((visitor) => ![...(everyone.get(visitor)?.verdicts ?? [])].some((verdict) => verdict !== 'refused')),
      };
    },
  };
};
export type Load = ReturnType<typeof startLoad>;
