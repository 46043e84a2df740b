import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startStack } from '../fixtures/stack.mjs';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Starts the services and the built page; returns what ends them. */
export default async function start(): Promise<() => Promise<void>> {
  const webPort = await freePort();
  const web = `http://localhost:${webPort}`;
  const stack = await startStack({ env: { ALLOWED_ORIGINS: web } });
  const log = openSync(join(stack.folder, 'web.log'), 'a');
  const page = spawn(process.execPath, ['web/start.mjs'], {
    env: { ...process.env, WEB_PORT: String(webPort), HOST: '127.0.0.1', GATEWAY_URL: stack.gateways[0]!, NODE_ENV: 'production' },
    stdio: ['ignore', log, log],
  });
  const deadline = Date.now() + 30_000;
  while (!(await fetch(`http://127.0.0.1:${webPort}/`).then((response) => response.ok, () => false))) {
    if (Date.now() > deadline) throw new Error('the page does not start; is it built?');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.env['TEST_WEB'] = web;
  process.env['TEST_GATEWAYS'] = stack.gateways.join(',');
  process.env['TEST_OPS'] = Object.keys(stack.ports).map((name) => stack.ops(name)).join(',');
  process.env['TEST_REDIS_SOCKET'] = stack.redisUrl;
  return async () => {
    page.kill('SIGTERM');
    if (page.exitCode === null) await once(page, 'exit');
    await stack.stop();
  };
}
