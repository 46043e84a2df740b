// npm run k6 -- <script> [options of k6]: runs one script against GATEWAY (http://localhost:4000), with ADMIN_TOKEN or that of `npm start`.
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { root, run } from '../../tools/local/commands.mjs';
import { CliError, runMain } from '../../tools/local/console.mjs';
import { findK6, folder, scripts } from './find.mjs';

/** The operator's token of a Sunbeon that `npm start` started here; empty when there is none. */
const localToken = () => {
  const data = process.env.SUNBEON_DATA_DIR || '.data';
  const file = join(isAbsolute(data) ? data : join(root, data), 'secrets.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).adminToken : '';
};

await runMain(async () => {
  const [name, ...options] = process.argv.slice(2);
  if (!scripts.includes(name)) throw new CliError(`Name a script: ${scripts.join(', ')}.   npm run k6 -- smoke`);
  const { path, why } = findK6();
  if (!path) throw new CliError(why);
  const ADMIN_TOKEN = process.env.ADMIN_TOKEN || localToken();
  if (!ADMIN_TOKEN) throw new CliError('Set ADMIN_TOKEN: the script makes a sale of its own. (npm start prints it.)');
  // 0: all thresholds kept; 99: some crossed.
  process.exitCode = (
    await run(path, ['run', ...options, join(folder, `${name}.ts`)], {
      env: { ADMIN_TOKEN, K6_NO_USAGE_REPORT: 'true' },
      allowFailure: true,
    })
  ).code;
});
