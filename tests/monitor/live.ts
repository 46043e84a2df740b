// npm run monitor:live: every query of the dashboards and every metric of the catalogue against a real Prometheus that watched a crowd.
import { execFile, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { keys, metricCatalogue, type MetricSpec } from '@sunbeon/contracts';
import { watchdog } from '../../tools/monitor/checks.ts';
import { foreignMetrics } from '../../tools/monitor/foreign-metrics.ts';
import { alerts, dashboardFiles, queries, recordings } from '../../tools/monitor/sources.ts';
import { createSale } from '../fixtures/client.ts';
import { startRig, type Series } from './rig.ts';

const root = join(import.meta.dirname, '../..');
const crowdOptions = [
  '--visitors',
  '1200',
  '--per-second',
  '40',
  '--patience',
  '30',
  '--no-show',
  '0.1',
  '--buy',
  '0.8',
  '--hold',
  '0.3',
  '--leave',
  '0.05',
];
/** What the dashboards leave open. */
const filled = (query: string): string =>
  query.replaceAll('$__rate_interval', '20s').replaceAll('$sale', '.*').replaceAll('$instance', '.+');
/** What this crowd does not do: a draw, and gateways of several processes; other tests read these. */
const notHere = /sunbeon_(process_(sockets|requests_total)|draw_step_duration_seconds)/;
const hasData = (series: Series[]): boolean => series.some(({ values }) => values.some(Number.isFinite));

const rig = await startRig();
try {
  const startedAt = Date.now();
  process.env['TEST_GATEWAYS'] = rig.stack.gateways.join(',');
  const saleId = await createSale({
    stock: 2_000,
    admitPerSecond: 30,
    activeLimit: 400,
    claimSeconds: 3,
    sessionSeconds: 6,
    holdSeconds: 3,
  });
  const crowd = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [
        '--conditions=development',
        '--conditions=@sunbeon/source',
        '--import',
        'tsx',
        'tools/crowd/main.ts',
        '--sale',
        saleId,
        '--gateway',
        rig.stack.gateways[0]!,
        ...crowdOptions,
      ],
      { cwd: root },
      (error, out, err) => (error ? reject(new Error(err)) : resolve(out)),
    );
    child.stdout?.pipe(process.stdout);
  });
  // One more scrape and evaluation of the rules, after the last change.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const seconds = Math.ceil((Date.now() - startedAt) / 1_000);

  const faults: string[] = [];
  const rows: string[] = [];
  for (const { dashboard, panel, expression } of queries) {
    const series = await rig.askRange(filled(expression), seconds);
    if (!hasData(series) && !notHere.test(expression)) faults.push(`${dashboard}: ${panel}: no data for ${expression}`);
    rows.push(`| ${dashboard} | ${panel} | \`${expression.replaceAll('|', '\\|')}\` | ${series.length} |`);
  }
  for (const { record, expr } of recordings)
    if (!hasData(await rig.askRange(record, seconds))) faults.push(`the rule ${record} recorded nothing: ${expr}`);

  const missing: string[] = [];
  for (const [name, { type }] of [...Object.entries(metricCatalogue as Record<string, MetricSpec>), ...Object.entries(foreignMetrics)]) {
    const series = await rig.ask(`count(last_over_time(${type === 'histogram' ? `${name}_count` : name}[${seconds}s]))`);
    if ((series[0]?.values[0] ?? 0) === 0 && name !== 'ALERTS' && !notHere.test(name)) missing.push(name);
  }
  faults.push(...missing.map((name) => `${name} was never scraped`));

  // What was scraped is in the catalogue, too.
  const scraped = (await rig.ask('count by (__name__) ({__name__=~"sunbeon_.+"})')).map(({ metric }) =>
    metric['__name__']!.replace(/_(bucket|count|sum)$/, ''),
  );
  faults.push(...scraped.filter((name) => !(name in metricCatalogue)).map((name) => `${name} was scraped, but is not in the catalogue`));

  // A crowd without faults fires no alert.
  const woken = (await rig.askRange(`ALERTS{alertstate="firing",alertname!="${watchdog}"}`, seconds)).map(
    ({ metric }) => metric['alertname']!,
  );
  faults.push(...new Set(woken.map((name) => `${name} fired without a fault`)));

  // The form that Prometheus wants.
  for (const name of Object.keys(rig.stack.ports)) {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await (await fetch(`${rig.stack.ops(name)}/metrics`)).text(),
      encoding: 'utf8',
    });
    if (status !== 0) faults.push(`promtool check metrics, ${name}: ${stdout}${stderr}`);
  }

  // Series of a sale come from one instance at a time, and equal the values in Redis.
  const exporters = Math.max(
    ...(await rig.askRange('max(count by (sale) (sunbeon_waiting_visitors))', seconds)).flatMap(({ values }) => values),
  );
  if (exporters !== 1) faults.push(`the figures of the sale came from ${exporters} instances`);
  const redis = new Redis(rig.stack.redisUrl);
  const [flow, waiting, sold] = [
    await redis.hgetall(keys.flow(saleId)),
    await redis.zcard(keys.queue(saleId)),
    await redis.hget(keys.stock(saleId), 'sold'),
  ];
  redis.disconnect();
  const truths: [string, string, number][] = [
    ['joined', `sum(sunbeon_joins_total{outcome="joined"})`, Number(flow['seq'])],
    ['joined, by the leader', `sum(sunbeon_sale_joined_total)`, Number(flow['seq'])],
    ['admitted', `sum(sunbeon_sale_admitted_total)`, Number(flow['admitted'])],
    ['expired', `sum(sunbeon_sale_expired_total)`, Number(flow['expired'] ?? 0)],
    ['claims', `sum(sunbeon_sale_claimed_total)`, Number(flow['claimed'] ?? 0)],
    ['purchases', `sum(sunbeon_purchases_total{outcome="done"})`, Number(flow['purchased'] ?? 0)],
    ['tickets sold', `sum(sunbeon_tickets_sold_total)`, Number(sold)],
    ['waiting', `sum(sunbeon_waiting_visitors)`, waiting],
  ];
  const compared: string[] = [];
  for (const [what, expression, truth] of truths) {
    const seen = (await rig.ask(expression))[0]?.values[0];
    if (seen !== truth) faults.push(`${what}: Prometheus says ${seen}, Redis ${truth}`);
    compared.push(`| ${what} | \`${expression}\` | ${seen} | ${truth} |`);
  }

  const metrics = Object.keys(metricCatalogue).length;
  const summary = `${queries.length} queries of ${dashboardFiles.length} dashboards, ${recordings.length} recorded rules, ${alerts.length} alerts, ${metrics} metrics of ours and ${Object.keys(foreignMetrics).length} of others: ${faults.length === 0 ? 'all that were to have data have it' : `${faults.length} faults`}`;
  for (const fault of faults) console.log(`✗ ${fault}`);
  console.log(summary);
  if (faults.length === 0) {
    writeFileSync(
      join(root, 'docs/results/monitoring.md'),
      `# What Prometheus saw of a crowd

\`npm run monitor:live\`, ${new Date().toISOString().slice(0, 10)}: Prometheus ${rig.prometheusVersion} with the committed scrapes and rules (each second), Redis's exporter, two admission
instances and one of each other service, one Redis; ${cpus().length} cores of ${cpus()[0]!.model.trim()}, shared by all of it. The crowd: \`npm run crowd -- ${crowdOptions.join(' ')}\`, a sale of 2,000 tickets, 30 let in a second.

${summary}.

## The figures are the truth

Sums over all instances, as Prometheus had them at the end, and what Redis holds.

| what | query | Prometheus | Redis |
|---|---|---|---|
${compared.join('\n')}

The figures of the sale came from one instance at any time, and no alert fired. \`promtool check metrics\` has nothing to say of any process.

## The crowd

\`\`\`
${crowd
  .slice(crowd.indexOf('people in') - 6)
  .trim()
  .split('\n')
  .map((line) => line.trimEnd())
  .join('\n')}
\`\`\`

## Every query of the dashboards

\`$sale\` is every sale, \`$__rate_interval\` 20 s. Each returned at least one finite figure, but those of draws and of gateways with several processes, which were not there; the last column is how many series.

| dashboard | panel | query | series |
|---|---|---|---|
${rows.join('\n')}

What this does not show: Grafana itself, which draws them.
`,
    );
    console.log('docs/results/monitoring.md written');
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rig.stop();
}
