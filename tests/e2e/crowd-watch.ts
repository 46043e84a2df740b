import type { Page } from '@playwright/test';
import { createReport } from '../../tools/crowd/report.ts';
import { createVisits } from '../../tools/crowd/visitor.ts';
import { createSale, gateways, operator, saleOf } from '../fixtures/client.ts';
import { join, knowNames, open } from './page.ts';

export interface CrowdStats {
  visitors: number;
  pace: number;
  ahead: number;
  /** Position and when it was shown, ms since the line began to move, and what the page said of it. */
  shown: { position: number; atMs: number; why: string | null }[];
  /** Rises of the position without a note on the page. */
  unexplained: number;
  largestStep: number;
  longestPauseMs: number;
  /** The first estimate while the line moved, seconds, and how long it took from then. */
  firstEstimate: { low: number; high: number };
  waitedSeconds: number;
  /** From the admission in Redis until the page showed it. */
  letInAfterMs: number;
  admitted: number;
}

const claimSeconds = 60;
interface Seen {
  shown: { position: number; at: number; why: string | null }[];
  insideAt: number;
}

/** A browser among virtual visitors, from a paused line to its admission. */
export const waitInCrowd = async (page: Page, { visitors, pace }: { visitors: number; pace: number }): Promise<CrowdStats> => {
  const saleId = await createSale({
    admitPerSecond: pace,
    activeLimit: 10_000,
    stock: visitors + 100,
    claimSeconds,
    title: '가을 콘서트 2025',
  });
  await operator.pause(saleId);
  const visits = createVisits(
    {
      sale: saleId,
      gateway: gateways()[0]!,
      visitors,
      perSecond: visitors,
      polling: 0.1,
      leave: 0,
      drop: 0.1,
      noShow: 0.05,
      buy: 0.9,
      hold: 0.2,
      quantity: 1,
      patience: 300,
    },
    createReport(),
  );
  const before = Math.floor(visitors * 0.7);
  const waitingAre = async (count: number): Promise<void> => {
    while ((await saleOf(saleId)).waiting < count) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const crowd = Array.from({ length: before }, () => visits.visit());
  await waitingAre(before);
  await knowNames(page);
  await page.addInitScript(() => {
    const seen: Seen = { shown: [], insideAt: 0 };
    (window as unknown as { seenByCrowd: Seen }).seenByCrowd = seen;
    const look = (): void => {
      const position = Number(document.querySelector('[data-testid=position]')?.getAttribute('data-position') ?? 0);
      const state = document.querySelector('[data-testid=state]')?.getAttribute('data-state');
      const why = document.querySelector('[data-testid=note]')?.getAttribute('data-why') ?? null;
      if (position > 0 && position !== seen.shown.at(-1)?.position) seen.shown.push({ position, at: Date.now(), why });
      if (seen.insideAt === 0 && (state === 'admitted' || state === 'buying')) seen.insideAt = Date.now();
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-position', 'data-state'],
    });
  });
  let admittedAtMs = 0;
  let firstEstimate: { low: number; high: number; atMs: number } | null = null;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const message = JSON.parse(String(payload)) as { type: string; admittedUntil?: string; etaSeconds?: { low: number; high: number } };
      if (message.type === 'position' && message.etaSeconds) firstEstimate ??= { ...message.etaSeconds, atMs: Date.now() };
      if (message.type === 'admitted') admittedAtMs = Date.parse(message.admittedUntil!) - claimSeconds * 1_000;
    }),
  );
  await open(page, saleId);
  await join(page);
  crowd.push(...Array.from({ length: visitors - before }, () => visits.visit()));
  await waitingAre(visitors + 1);
  const resumedAtMs = Date.now();
  await operator.resume(saleId);
  await page
    .locator('[data-state=admitted], [data-state=buying]')
    .first()
    .waitFor({ timeout: (before / pace + 30) * 1_000 });
  const { shown, insideAt } = await page.evaluate(() => (window as unknown as { seenByCrowd: Seen }).seenByCrowd);
  const { admitted } = await saleOf(saleId);
  await visits.stop();
  void Promise.allSettled(crowd);
  const moves = shown.map(({ position, at, why }) => ({ position, atMs: at - resumedAtMs, why }));
  const steps = moves
    .slice(1)
    .map((move, i) => ({ down: moves[i]!.position - move.position, pause: move.atMs - Math.max(0, moves[i]!.atMs), why: move.why }));
  const { low, high, atMs } = firstEstimate ?? { low: 0, high: 0, atMs: resumedAtMs };
  return {
    visitors,
    pace,
    ahead: moves[0]!.position - 1,
    shown: moves,
    unexplained: steps.filter(({ down, why }) => down < 0 && why !== 'recounted').length,
    largestStep: Math.max(...steps.map(({ down }) => down)),
    longestPauseMs: Math.max(...steps.map(({ pause }) => pause)),
    firstEstimate: { low, high },
    waitedSeconds: (insideAt - atMs) / 1_000,
    letInAfterMs: insideAt - admittedAtMs,
    admitted,
  };
};
