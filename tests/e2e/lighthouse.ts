// npm run lighthouse: Lighthouse, as a phone, on the list and on the page of a sale; writes docs/results/lighthouse.md. Needs a newer Node than the product: npm brings both.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSale } from '../fixtures/client.ts';
import { web } from './page.ts';
import start from './start.ts';

const packages = ['node@24.9.0', 'lighthouse@13.5.0'];
const runs = 5;
/** Least score of each category, of 100. */
const wanted = { performance: 90, accessibility: 95, 'best-practices': 95, seo: 95 } as const;
type Category = keyof typeof wanted;
const categories = Object.keys(wanted) as Category[];
interface Report {
  categories: Record<Category, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { title: string; score: number | null }>;
  environment: { hostUserAgent: string };
}

const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-lighthouse-'));
const lookOnce = async (url: string, name: string): Promise<Report> => {
  const file = join(folder, `${name}.json`);
  await promisify(execFile)(
    'npm',
    [
      'exec',
      '--yes',
      ...packages.map((name) => `--package=${name}`),
      '--',
      'lighthouse',
      url,
      '--quiet',
      '--output=json',
      `--output-path=${file}`,
      `--only-categories=${categories.join(',')}`,
      '--chrome-flags=--headless=new --no-sandbox',
    ],
    { env: { ...process.env, NODE_OPTIONS: '', CHROME_PATH: process.env['CHROMIUM'] }, timeout: 300_000, cwd: folder },
  );
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
};

/** Lighthouse itself says "Please run Lighthouse again" when its trace of the load is not whole; nothing else is repeated. */
const look = async (url: string, name: string): Promise<Report> => {
  for (let left = 3; ; left -= 1) {
    try {
      return await lookOnce(url, name);
    } catch (error) {
      if (left === 0 || !/NO_NAVSTART/.test(String(error))) throw error;
      console.log(`${name}: once more, the trace of the load was not whole`);
    }
  }
};

const stop = await start();
try {
  const saleId = await createSale({ title: '가을 콘서트 2025' });
  const pages = { 'list of sales': `${web()}/`, 'page of a sale': `${web()}/sales/${saleId}` };
  const rows: string[] = [];
  const lost = new Set<string>();
  for (const [page, url] of Object.entries(pages)) {
    const reports: Report[] = [];
    for (let run = 1; run <= runs; run += 1) {
      reports.push(await look(url, `${page}-${run}`));
      console.log(
        `${page}, ${run} of ${runs}: ${categories.map((name) => `${name} ${Math.round(reports.at(-1)!.categories[name].score! * 100)}`).join(', ')}`,
      );
    }
    const scores = categories.map((name) => Math.round(median(reports.map((report) => report.categories[name].score ?? 0)) * 100));
    rows.push(`| ${page} | ${scores.join(' | ')} |`);
    const { categories: last, audits } = reports.at(-1)!;
    for (const { auditRefs } of Object.values(last))
      for (const { id, weight } of auditRefs) if (weight > 0 && (audits[id]!.score ?? 1) < 0.9) lost.add(`${page}: ${audits[id]!.title}`);
    if (categories.some((name, i) => scores[i]! < wanted[name])) process.exitCode = 1;
  }
  const table = [
    `| page | ${categories.join(' | ')} |`,
    `|---|${categories.map(() => '---').join('|')}|`,
    ...rows,
    `| wanted | ${categories.map((name) => `≥ ${wanted[name]}`).join(' | ')} |`,
  ].join('\n');
  console.log(`${table}\n${[...lost].join('\n')}`);
  writeFileSync(
    new URL('../../docs/results/lighthouse.md', import.meta.url),
    `# Lighthouse

\`npm run lighthouse\`, ${new Date().toISOString().slice(0, 10)}: ${packages.join(', ')}, Chromium, mobile, simulated slow 4G, processor slowed four times, median of ${runs}.
The built page in front of real services on the same machine.

${table}
${lost.size === 0 ? '' : `\nAudits with a score below 90 in the last run:\n\n${[...lost].map((text) => `- ${text}`).join('\n')}\n`}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
  await stop();
}
process.exit();
