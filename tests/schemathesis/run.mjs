// npm run schemathesis [-- --examples <n>]: requests made from the OpenAPI document, with the operator's token, against a whole stack of its own.
// Fuzzing goes on for `--seconds` in all. Fails on a 5xx, a status or body that the document does not list, and a refusal that is accepted. Without `--seed` each run makes the same requests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createOperator } from '@sunbeon/client/operator';
import { adminToken, startStack } from '../fixtures/stack.mjs';

const folder = import.meta.dirname;
/** Made by `python3 -m venv` and `pip install -r requirements.txt`, see .ci/run. */
const program = process.env.SCHEMATHESIS ?? join(folder, '.venv/bin/schemathesis');
if (!existsSync(program)) {
  console.error(
    `there is no ${program}: python3 -m venv tests/schemathesis/.venv && tests/schemathesis/.venv/bin/pip install -r tests/schemathesis/requirements.txt`,
  );
  process.exit(1);
}
const option = (name, value) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? value : process.argv[at + 1];
};
const stack = await startStack({ built: true, env: { LOG_LEVEL: 'warn' } });
try {
  const operator = createOperator({ baseUrl: stack.gateways[0], token: adminToken });
  const created = await operator.create({ saleId: 'concert_2025', title: 'Concert 2025', stock: 1000 });
  if (!created.ok) throw new Error(`the sale could not be made: ${JSON.stringify(created.failure)}`);
  const seed = option('seed');
  const child = spawn(
    program,
    [
      'run',
      `${stack.gateways[0]}/openapi.json`,
      '-H',
      `Authorization: Bearer ${adminToken}`,
      ...(seed === undefined ? ['--generation-deterministic'] : ['--seed', seed]),
      '--max-examples',
      option('examples', '100'),
      '--max-time',
      option('seconds', '120'),
      '--phases',
      option('phases', 'examples,coverage,fuzzing'),
      // A method that Node's parser does not know is 400, which problems.test.ts covers with all others; rules between fields are no part of a schema.
      '--checks',
      'all',
      '--exclude-checks',
      'unsupported_method,positive_data_acceptance',
      '--continue-on-failure',
      '--no-color',
      // CPython 3.11 cannot parse source on two threads at once, as its workers do (github.com/python/cpython/issues/106905).
      '--workers',
      '1',
      '--wait-for-schema',
      '30',
      '--request-timeout',
      '10',
    ],
    { stdio: 'inherit', cwd: folder },
  );
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await stack.stop();
}
