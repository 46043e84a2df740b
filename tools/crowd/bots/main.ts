// npm run crowd -- --bots 0.95: people and scripts at four sales that differ in their entrance alone.
import { readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createOperator } from '@sunbeon/client/operator';
import { createRandom } from '../../../tests/chaos/random.ts';
import { entrancesOf } from './entrances.ts';
import { readOptions, usage, type BotOptions } from './options.ts';
import { rehearse, type MissingResult, type SaleResult } from './rehearse.ts';
import { startSolvers } from './solvers.ts';
import { tableOf } from './table.ts';

const root = join(import.meta.dirname, '../../..');
/** The operator's token: ADMIN_TOKEN, or that of a Sunbeon that `npm start` started here. */
const operatorToken = (): string => {
  if (process.env['ADMIN_TOKEN']) return process.env['ADMIN_TOKEN'];
  const data = process.env['SUNBEON_DATA_DIR'] || '.data';
  try {
    const file = join(isAbsolute(data) ? data : join(root, data), 'secrets.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { adminToken: string }).adminToken;
  } catch {
    throw new Error('Set ADMIN_TOKEN: the rehearsal creates its sales. (npm start prints it.)');
  }
};

const run = async (options: BotOptions): Promise<void> => {
  const operator = createOperator({ baseUrl: options.gateway, token: operatorToken(), timeoutMs: 15_000 });
  const reached = await operator.sales({ limit: 1 });
  if (!reached.ok)
    throw new Error(
      reached.failure.code === 'network'
        ? `No gateway answers at ${options.gateway}. Is Sunbeon running (npm start)?`
        : `The gateway answered ${reached.failure.status} ${reached.failure.code}.`,
    );
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const [phones, machines] = await Promise.all([startSolvers(options.peopleCores), startSolvers(options.botCores)]);
  const results: (SaleResult | MissingResult)[] = [];
  try {
    for (const entrance of entrancesOf(options, createRandom(options.seed))) {
      if (stop.signal.aborted) break;
      const result = await rehearse(entrance, options, { operator, phones, machines, signal: stop.signal });
      results.push(result);
      console.log(
        `${result.title}: ${'missing' in result ? result.missing : `${result.people.places} people and ${result.scripts.places} scripts with a place, ${result.seconds.toFixed(1)} s`}`,
      );
    }
  } finally {
    await Promise.all([phones.stop(), machines.stop()]);
  }
  console.log(`\n${tableOf(options, results).join('\n')}`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ options, results }, null, 2)}\n`);
};

/** Ends the process: 2 for options or a gateway that are not good. */
export const main = async (argv: readonly string[]): Promise<never> => {
  let options: BotOptions | 'help';
  try {
    options = readOptions(argv);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
  if (options === 'help') {
    console.log(usage);
    process.exit(0);
  }
  try {
    await run(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  }
  process.exit(0);
};
