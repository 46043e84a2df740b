import type { Operator } from '@sunbeon/client/operator';
import type { Result } from '@sunbeon/client';
import type { Redis } from 'ioredis';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { createReport, type Report } from '../crowd/report.ts';
import { createVisits } from '../crowd/visitor.ts';
import type { SoakOptions } from './options.ts';
import type { Window } from './sampler.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Of those inside, so that nobody is inside long after the last arrival, seconds. */
const limits = { claimSeconds: 5, sessionSeconds: 10, holdSeconds: 5 };

interface Surroundings {
  options: SoakOptions;
  gateways: readonly string[];
  operator: Operator;
  redis: Redis;
  window: Window;
  say: (line: string) => void;
  faults: Set<string>;
}

/** Sales one after the other: opened, sold from, looked at by its operator, closed, checked and deleted while the next one sells. */
export const createSales = ({ options, gateways, operator, redis, window, say, faults }: Surroundings) => {
  const counts: Record<string, number> = {};
  const settling = new Set<Promise<void>>();
  const hasFaults = options.kills > 0;

  /** The report of one sale, without times of its own: those go to the window. */
  const reportOf = (): Report => {
    const report = createReport();
    const times = Object.fromEntries(
      Object.entries(report.times).map(([kind, own]) => [kind, { ...own, add: (ms: number) => window.add(kind, ms) }]),
    ) as Report['times'];
    return { ...report, times };
  };
  /** Repeats a call of the operator while faults refuse it. */
  const insist = async <T>(what: string, call: () => Promise<Result<T>>): Promise<T | null> => {
    for (let tries = 0; ; tries += 1) {
      const result = await call();
      if (result.ok) return result.value;
      if (!hasFaults || tries === 60) {
        faults.add(`${what}: ${JSON.stringify(result.failure)}`);
        return null;
      }
      await pause(1_000);
    }
  };
  const timed = async (kind: string, call: () => Promise<Result<unknown>>): Promise<void> => {
    const from = performance.now();
    const result = await call();
    window.add(kind, performance.now() - from);
    if (!result.ok && !hasFaults) faults.add(`${kind}: ${JSON.stringify(result.failure)}`);
  };
  /** What a console and its operator do. */
  const operate = async (saleId: string, isOver: () => boolean): Promise<void> => {
    for (let turn = 0; !isOver(); turn += 1) {
      await timed('stats', () => operator.stats(saleId));
      if (turn % 2 === 0) await timed('orders', () => operator.orders(saleId, { limit: 50 }));
      if (turn % 4 === 1) await timed('change', () => operator.change(saleId, { message: `Turn ${turn}` }));
      if (turn % 8 === 3) {
        await timed('pause', () => operator.pause(saleId));
        await insist('resume', () => operator.resume(saleId));
      }
      for (let i = 0; i < 10 && !isOver(); i += 1) await pause(500);
    }
  };
  const settleOf = async (saleId: string, report: Report, running: Set<Promise<void>>, stop: () => Promise<void>): Promise<void> => {
    await Promise.all(running);
    await insist('close', () => operator.close(saleId));
    // Those who never claimed go with their deadlines.
    await pause((limits.claimSeconds + limits.sessionSeconds) * 1_000);
    await stop();
    const sale = await insist('look', () => operator.sale(saleId));
    const bought = report.of('bought');
    // A purchase whose answer was lost for good is one that the load does not know.
    const sold = sale?.stock?.sold;
    if (sold !== undefined && (hasFaults ? sold < bought : sold !== bought)) faults.add(`${saleId}: ${bought} bought, ${sold} sold`);
    for (let tries = 0; ; tries += 1) {
      const checked = await checkSale(redis, saleId).catch((error: unknown) => String(error));
      const broken = typeof checked === 'string' ? checked : checked?.results.filter(({ verdict }) => verdict === 'broken');
      if (typeof broken !== 'string' && broken?.length === 0) break;
      if (!hasFaults || tries === 10) {
        faults.add(`${saleId}: ${JSON.stringify(broken)}`);
        break;
      }
      await pause(1_000);
    }
    await insist('delete', () => operator.delete(saleId));
    for (const [name, value] of Object.entries({ joined: report.of('joined'), bought, sales: 1, letIn: report.of('let in') }))
      counts[name] = (counts[name] ?? 0) + value;
    for (const name of ['could not join', 'got no tickets', 'ended as lost', 'still waiting at the end'] as const)
      if (report.of(name) > 0) {
        counts[name] = (counts[name] ?? 0) + report.of(name);
        if (!hasFaults) faults.add(`${saleId}: ${name} ${report.of(name)}: ${report.lines().slice(-6).join('; ')}`);
      }
  };

  return {
    counts,
    /** One sale takes its arrivals; its end goes on beside the next one. */
    next: async (number: number, isOver: () => boolean): Promise<void> => {
      const saleId = `soak_0${number}`;
      const visitors = Math.ceil(options.saleSeconds * options.perSecond);
      const pace = { admitPerSecond: Math.max(1, options.perSecond * 2), activeLimit: Math.max(10, Math.ceil(options.perSecond * 40)) };
      const created = await insist('create', () =>
        operator.create({ saleId, title: `Sale ${number}`, stock: visitors + 100, ...pace, ...limits }),
      );
      if (!created) return pause(1_000);
      const report = reportOf();
      const shares = { polling: 0.1, leave: 0.05, drop: 0.1, noShow: 0.05, buy: 0.9, hold: 0.2, quantity: 1, patience: 120 };
      const crowd = { sale: saleId, visitors, perSecond: options.perSecond, ...shares };
      const visits = gateways.map((gateway) => createVisits({ ...crowd, gateway }, report));
      const running = new Set<Promise<void>>();
      const from = performance.now();
      const isDone = (): boolean => isOver() || performance.now() - from >= options.saleSeconds * 1_000;
      const operating = operate(saleId, isDone);
      for (let arrived = 0; !isDone(); await pause(20))
        for (const due = ((performance.now() - from) / 1_000) * options.perSecond; arrived < due && arrived < visitors; arrived += 1) {
          const visit = visits[arrived % visits.length]!.visit().finally(() => running.delete(visit));
          running.add(visit);
        }
      await operating;
      const stop = async (): Promise<void> => void (await Promise.all(visits.map((of) => of.stop())));
      const settled = settleOf(saleId, report, running, stop)
        .catch((error: unknown) => void faults.add(`${saleId}: ${String(error)}`))
        .finally(() => settling.delete(settled));
      settling.add(settled);
      if (faults.size > 0) say(`faults so far: ${[...faults].slice(0, 3).join(' | ')}`);
    },
    settle: async (): Promise<void> => void (await Promise.all(settling)),
  };
};
