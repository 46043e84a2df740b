import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { newSaleId, operator, valueOf } from '../fixtures/client.ts';
import { adminToken, freePort, shopKey, until } from '../fixtures/stack.mjs';
import { web } from './page.ts';

const root = join(import.meta.dirname, '../..');

/** The examples, by the name of a test. `program`: what has to be installed beside Node. */
export const exampleShops = {
  nginx: { folder: 'nginx', program: '/usr/sbin/nginx' },
  Caddy: { folder: 'caddy', program: '/usr/bin/caddy' },
  '@sunbeon/guard in Express': { folder: 'shop-express', program: process.execPath },
} as const;
export type ExampleShop = keyof typeof exampleShops;

/**
 * Starts an example with its own command. The example creates its gate, which is then narrowed to one visitor inside. Returns where people open the
 * shop, and what ends it.
 */
export const startExampleShop = async (name: ExampleShop) => {
  const { folder, program } = exampleShops[name];
  if (!existsSync(program)) throw new Error(`${program} is not installed: apt-get install nginx-light caddy`);
  const saleId = newSaleId();
  const [front, behind] = [String(await freePort()), String(await freePort())];
  const child = spawn(process.execPath, [`examples/${folder}/start.mjs`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PATH: `${process.env['PATH']}:/usr/sbin`,
      GATEWAY_URL: process.env['TEST_GATEWAYS']!.split(',')[0],
      ISSUER: process.env['TEST_ISSUER'],
      WEB_URL: web(),
      ADMIN_TOKEN: adminToken,
      SHOP_KEY: shopKey,
      SALE: saleId,
      // Behind a proxy the shop has a port of its own; the shop in Express is the front itself.
      PROXY_PORT: front,
      SHOP_PORT: behind,
      PORT: front,
    },
  });
  let said = '';
  child.stderr.on('data', (data) => (said = (said + String(data)).slice(-4_000)));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const url = `http://localhost:${front}`;
  try {
    await until(`${name} to answer`, async () => child.exitCode !== null || (await fetch(url)).status === 401);
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}`);
    await valueOf('one inside', operator.change(saleId, { activeLimit: 1 }));
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start: ${said}`, { cause: error });
  }
  return { saleId, url, stop };
};
