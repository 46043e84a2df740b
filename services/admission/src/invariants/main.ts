import { isSaleId, keys } from '@sunbeon/contracts';
import { commandConnection } from '@sunbeon/runtime';
import { checkSale } from './check-sale.ts';
import type { CheckResult } from './check-result.ts';

const words: Record<CheckResult['verdict'], string> = { holds: 'ok     ', broken: 'BROKEN ', unknown: 'unknown' };

/**
 * `npm run invariants -- <sale>`: one line per invariant; exit code 0 when all hold, 1 when one is violated, 2 when the check failed.
 * Read-only, in bounded steps, so it may run beside a live sale.
 */
export const runInvariantChecks = async (saleId: string | undefined, redisUrl: string, print: (line: string) => void): Promise<number> => {
  if (saleId === undefined || !isSaleId(saleId)) {
    print('Name a sale:  npm run invariants -- concert_2025');
    return 2;
  }
  const redis = commandConnection(redisUrl);
  redis.on('error', () => {});
  try {
    await redis.connect();
    let saidAt = Date.now();
    const report = await checkSale(redis, saleId, (what, done, of) => {
      if (Date.now() - saidAt < 1_000) return;
      saidAt = Date.now();
      print(`… ${what}: ${done}${of > 0 ? ` of ${of}` : ''}`);
    });
    if (!report) {
      const known = await redis.smembers(keys.sales).catch(() => []);
      print(`There is no sale ${saleId}.${known.length > 0 ? ` There are: ${known.sort().join(', ')}` : ''}`);
      return 2;
    }
    for (const { invariant, title, verdict, text } of report.results) print(`${words[verdict]}  ${invariant}  ${title.padEnd(24)} ${text}`);
    const broken = report.results.filter(({ verdict }) => verdict === 'broken').length;
    print(
      broken === 0
        ? `${saleId}: every promise looked at holds at event ${report.stats.flow.event}.`
        : `${saleId}: ${broken} of ${report.results.length} looks found something broken.`,
    );
    return broken === 0 ? 0 : 1;
  } catch (error) {
    print(`Redis could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  } finally {
    redis.disconnect();
  }
};
