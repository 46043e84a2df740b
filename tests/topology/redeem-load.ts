import { newKey } from '@sunbeon/client';
import { createShop } from '@sunbeon/client/shop';
import { ticketIn } from '@sunbeon/contracts';
import { apiAt, joinAs, newSaleId, operator } from '../fixtures/client.ts';
import { shopKey } from '../fixtures/stack.mjs';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Visitors of a gate, and the server of the shop behind it, which changes their tickets into passes, each under one key, until stopped. */
export const startRedeeming = async (gateways: readonly string[], workers: number) => {
  const saleId = newSaleId();
  const limits = { admitPerSecond: 6_000, activeLimit: 1_000_000, claimSeconds: 3_600, sessionSeconds: 3_600 };
  const created = await operator.create({ saleId, title: 'Gate', kind: 'gate', returnUrls: ['https://shop.test/concert'], ...limits });
  if (created.status !== 201) throw new Error(`create: ${created.status} ${JSON.stringify(created.body)}`);
  let running = true;
  const acked = new Set<string>();
  let turn = 0;
  const shop = createShop({ baseUrl: () => gateways[turn++ % gateways.length]!, timeoutMs: 30_000, token: shopKey });

  /** Repeats a call until it is answered; null once the load is stopped, or refused for good. */
  const insist = async <T>(call: () => Promise<T | null | 'refused'>): Promise<T | null> => {
    while (running) {
      const value = await call().catch(() => null);
      if (value === 'refused') return null;
      if (value !== null) return value;
      await pause(200);
    }
    return null;
  };
  const worker = async (): Promise<void> => {
    while (running) {
      const joined = await joinAs(saleId).catch(() => null);
      if (joined === null) {
        await pause(200);
        continue;
      }
      const ticket = await insist(async () => {
        const { status, body } = await apiAt(undefined, joined.token).ticket(saleId);
        return status < 300 ? ticketIn(body.url) : null;
      });
      if (ticket === null) continue;
      const idempotencyKey = newKey();
      const passId = await insist(async () => {
        const answer = await shop.redeem(ticket, { idempotencyKey });
        if (answer.ok) return answer.value.passId;
        return answer.failure.status >= 400 && answer.failure.status < 500 ? 'refused' : null;
      });
      if (passId !== null) acked.add(passId);
    }
  };
  const working = Array.from({ length: workers }, worker);
  return {
    acked,
    stop: async (): Promise<void> => {
      running = false;
      await Promise.all(working);
    },
    /** Passes that were acknowledged and are unknown. */
    lost: async (): Promise<string[]> => {
      const lost: string[] = [];
      for (const passId of acked) {
        for (let tries = 0; ; tries += 1) {
          const answer = await shop.pass(passId);
          if (answer.ok) break;
          if (answer.failure.status !== 404 && tries < 30) await pause(500);
          else {
            lost.push(passId);
            break;
          }
        }
      }
      return lost;
    },
  };
};
