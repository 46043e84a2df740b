import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { client, startProvider } from '../fixtures/oidc-provider.ts';
import { freePort, startStack, until } from '../fixtures/stack.mjs';

/** Serves the built page in front of one gateway. */
export const startWeb = async (
  folder: string,
  port: number,
  gateway: string,
  settings: Record<string, string> = {},
): Promise<ChildProcess> => {
  const log = openSync(join(folder, `web-${port}.log`), 'a');
  const web = spawn(process.execPath, ['web/start.mjs'], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      WEB_PORT: String(port),
      HOST: '127.0.0.1',
      GATEWAY_URL: gateway,
      NODE_ENV: 'production',
      ...settings,
    },
    stdio: ['ignore', log, log],
  });
  await until('the page to be served; is it built?', async () => (await fetch(`http://127.0.0.1:${port}/icon.svg`)).ok);
  return web;
};

/**
 * Starts the services and the built page twice: `TEST_WEB`, and `TEST_WEB_FRAGILE` in front of a gateway of its own, which a test may kill and
 * start again through `TEST_CONTROL` (`POST /kill/<name>`, `/start/<name>`); `login-tokens` is where the provider of logins exchanges its codes. Returns what ends them all.
 */
export default async function start(): Promise<() => Promise<void>> {
  const ports = [await freePort(), await freePort()];
  const [web, fragile] = ports.map((port) => `http://localhost:${port}`);
  const issuer = 'http://sunbeon.test';
  const people = ['ada', 'bob'].map((sub) => ({ sub, name: `${sub} Lovelace`, email: `${sub}@people.example` }));
  const provider = await startProvider(await freePort(), `${web}/api/login/callback`, people);
  const stack = await startStack({
    built: true,
    instances: { gateway: 2 },
    env: {
      ALLOWED_ORIGINS: `${web},${fragile}`,
      WEB_URL: web!,
      PUBLIC_URL: issuer,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
    },
  });
  const pages = await Promise.all(ports.map((port, i) => startWeb(stack.folder, port, stack.gateways[i]!)));
  const obey = async (url: string): Promise<void> => {
    const [, verb, name = ''] = url.split('/');
    if (name === 'login-tokens') return provider.setTokensAway(verb === 'kill');
    const running = stack.processes.get(name);
    if (verb === 'kill' && running) {
      running.child.kill('SIGKILL');
      await once(running.child, 'exit');
    } else if (verb === 'start') {
      stack.startService(name);
      await stack.ready(name);
    }
  };
  const control = createServer((request, response) => void obey(request.url ?? '').finally(() => response.end())).listen(0, '127.0.0.1');
  await once(control, 'listening');
  process.env['TEST_WEB'] = web;
  process.env['TEST_WEB_FRAGILE'] = fragile;
  process.env['TEST_ISSUER'] = issuer;
  process.env['TEST_GATEWAYS'] = stack.gateways[0];
  process.env['TEST_CONTROL'] = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
  process.env['TEST_OPS'] = Object.keys(stack.ports)
    .map((name) => stack.ops(name))
    .join(',');
  process.env['TEST_REDIS_SOCKET'] = stack.redisUrl;
  return async () => {
    control.close();
    for (const page of pages) {
      page.kill('SIGTERM');
      if (page.exitCode === null) await once(page, 'exit');
    }
    await stack.stop();
    await provider.stop();
  };
}
