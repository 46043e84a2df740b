#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chainFrom } from './answer.ts';
import { conclude, type Check, type Conclusion } from './check.ts';
import { addressOf } from './download.ts';
import { verifySale, type Question } from './verify.ts';

const usage = `sunbeon-verify <url of the sale> [options]: checks the draw of a Sunbeon lobby from what is public

  <url>               https://host/api/sales/<id>, or the page: https://host/sales/<id>
  --visitor <id>      the place of this visitor
  --receipt <file>    compares a signed receipt with the draw
  --beacon <file>     trusts another drand chain: { network, chain, publicKey, genesis, period }
  --csv <file>        writes the whole order: seq,entry,lot

Exit status: 0 proven, 1 wrong, 2 not proven (not drawn yet, a beacon that is pending or unavailable, not reachable, wrong usage).`;

const exitCodes = { proven: 0, wrong: 1, 'not proven': 2 } as const satisfies Record<Conclusion, number>;

class UsageError extends Error {}

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

/** The question of a command line; null when help is asked for. */
const questionOf = (args: string[]): Question | null => {
  const text = { type: 'string' } as const;
  const options = { visitor: text, receipt: text, beacon: text, csv: text, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help) return null;
    const address = positionals.length === 1 ? addressOf(positionals[0]!) : null;
    if (address === null) throw new UsageError('one url of a sale is needed: https://host/api/sales/<id>');
    return {
      address,
      visitorId: values.visitor,
      receipt: values.receipt === undefined ? undefined : contentOf(values.receipt),
      chain: values.beacon === undefined ? undefined : chainFrom(JSON.parse(contentOf(values.beacon))),
      csv: values.csv,
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const beliefOf = (checks: readonly Check[]): string =>
  checks.some(({ code }) => code === 'no_beacon')
    ? 'To be believed: nobody who can read Redis, its files or a backup added entries or chose the moment.'
    : "To be believed: Redis's clock was not more than 3 s slow at the freeze.";

const report = async (question: Question): Promise<Conclusion> => {
  const checks: Check[] = [];
  let sinceMs = performance.now();
  for await (const check of verifySale(question)) {
    checks.push(check);
    const nowMs = performance.now();
    const seconds = (nowMs - sinceMs) / 1_000;
    const took = seconds < 0.1 ? '' : ` (${seconds.toFixed(1)} s)`;
    console.log(`${check.verdict.padEnd(8)}  ${check.code.padEnd(16)}  ${check.text}${took}`);
    sinceMs = nowMs;
  }
  const conclusion = conclude(checks);
  const reasons = checks.filter(({ verdict }) => verdict === (conclusion === 'wrong' ? 'wrong' : 'unproven')).map(({ code }) => code);
  console.log(`\n${conclusion.toUpperCase()}${conclusion === 'proven' ? `. ${beliefOf(checks)}` : `: ${reasons.join(', ')}`}`);
  return conclusion;
};

try {
  const question = questionOf(process.argv.slice(2));
  if (question === null) console.log(usage);
  else process.exitCode = exitCodes[await report(question)];
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
  process.exitCode = exitCodes['not proven'];
}
