// What the examples of proxies share: a gate in Sunbeon, the tiny shop, and the proxy in front of it, until Ctrl-C.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startShop } from './shop.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const secrets = () => {
  const file = resolve(root, process.env.SUNBEON_DATA_DIR || '.data', 'secrets.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};
/** Of `<name>:<secret>`, several by commas, the first secret. */
const firstSecret = (keys) => keys?.split(',')[0]?.split(':')[1];

/** Settings, from the environment or what `npm start` made. */
const settings = () => {
  const { env } = process;
  const { adminToken, shopKeys } = secrets();
  const found = {
    gatewayUrl: env.GATEWAY_URL ?? 'http://127.0.0.1:4000',
    webUrl: env.WEB_URL ?? 'http://localhost:3000',
    adminToken: env.ADMIN_TOKEN ?? adminToken?.split(',')[0],
    shopKey: env.SHOP_KEY ?? firstSecret(shopKeys),
    sale: env.SALE ?? 'my-shop',
    proxyPort: env.PROXY_PORT ?? '8080',
    shopPort: env.SHOP_PORT ?? '8081',
  };
  for (const [name, variable] of [
    ['adminToken', 'ADMIN_TOKEN'],
    ['shopKey', 'SHOP_KEY'],
  ])
    if (!found[name]) throw new Error(`${variable} is needed; npm start prints it`);
  return found;
};

const createGate = async ({ gatewayUrl, adminToken, sale, proxyPort }) => {
  const response = await fetch(`${gatewayUrl}/api/admin/sales`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      saleId: sale,
      title: 'Tiny shop',
      kind: 'gate',
      returnUrls: [`http://localhost:${proxyPort}/`],
      admitPerSecond: 5,
      activeLimit: 100,
    }),
  });
  // 409: there from an earlier run.
  if (response.status !== 201 && response.status !== 409) throw new Error(`the gate was not created: ${await response.text()}`);
};

/** `recipe`: the proxy's file, written for the standard addresses; `command`: its program and arguments for the file in use. */
export const runExample = async ({ recipe, command }) => {
  const chosen = settings();
  await createGate(chosen);
  const shop = await startShop({ ...chosen, port: Number(chosen.shopPort) });
  const folder = mkdtempSync(join(tmpdir(), 'tiny-shop-'));
  // Started by root, workers of nginx are somebody else.
  chmodSync(folder, 0o755);
  const file = join(folder, 'recipe');
  const text = readFileSync(recipe, 'utf8')
    .replaceAll('127.0.0.1:4000', new URL(chosen.gatewayUrl).host)
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${chosen.shopPort}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${chosen.proxyPort}`)
    .replaceAll('localhost:8080', `localhost:${chosen.proxyPort}`)
    .replaceAll('http://localhost:3000', chosen.webUrl)
    .replaceAll('my-shop', chosen.sale);
  writeFileSync(file, text);
  const [program, ...args] = command({ file, folder });
  const proxy = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => proxy.kill('SIGTERM'));
  const ended = (code) => {
    shop.close();
    shop.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code;
  };
  proxy.on('error', ({ code }) => {
    console.error(code === 'ENOENT' ? `${program} is not installed` : `${program}: ${code}`);
    ended(1);
  });
  proxy.on('exit', (code) => ended(code ?? 1));
  console.log(`The shop is at http://localhost:${chosen.proxyPort}/ and sends you to ${chosen.webUrl}/sales/${chosen.sale}`);
};
