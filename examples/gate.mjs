// What the two example shops share: their settings, and a gate in Sunbeon to try them with.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What `npm start` made, in its data folder; a relative one is in the repository, as there. */
const made = () => {
  const file = resolve(root, process.env.SUNBEON_DATA_DIR || '.data', 'secrets.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};
/** Of `<name>:<secret>`, several by commas, the first secret. */
const firstSecret = (keys) => keys?.split(',')[0]?.split(':')[1];

/** Settings of a shop, from the environment or from what `npm start` made. */
export const shopSettings = ({ env = process.env, port }) => {
  const { adminToken, shopKeys } = made();
  const saleId = env.SALE ?? 'example-shop';
  const settings = {
    saleId,
    gatewayUrl: env.GATEWAY_URL ?? 'http://localhost:4000',
    roomUrl: env.ROOM_URL ?? `${env.WEB_URL ?? 'http://localhost:3000'}/sales/${saleId}`,
    shopKey: env.SHOP_KEY ?? firstSecret(shopKeys),
    issuer: env.ISSUER,
    adminToken: env.ADMIN_TOKEN ?? adminToken?.split(',')[0],
    port: Number(env.PORT ?? port),
    shopUrl: env.SHOP_URL ?? `http://localhost:${env.PORT ?? port}`,
  };
  if (!settings.shopKey) throw new Error('SHOP_KEY is needed: npm start prints it');
  return settings;
};

/** Creates and opens the gate, so that there is something to try. A shop of yours does this once, in the console. */
export const createGate = async ({ gatewayUrl, adminToken, saleId, shopUrl }, title) => {
  if (!adminToken) return;
  const post = (path, body) =>
    fetch(`${gatewayUrl}/api/admin/sales${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const response = await post('', { saleId, title, kind: 'gate', returnUrls: [`${shopUrl}/`], admitPerSecond: 5, activeLimit: 100 });
  // 409: it is there from an earlier run.
  if (response.status !== 201 && response.status !== 409) throw new Error(`the gate was not created: ${await response.text()}`);
};
