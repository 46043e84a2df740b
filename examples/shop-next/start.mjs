// node examples/shop-next/start.mjs: builds the shop and starts it on port 3200, until Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createGate, shopSettings } from '../gate.mjs';

const settings = shopSettings({ port: 3200 });
const { saleId, gatewayUrl, roomUrl, shopKey, issuer, port, shopUrl } = settings;
const env = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: '1',
  SALE: saleId,
  GATEWAY_URL: gatewayUrl,
  ROOM_URL: roomUrl,
  SHOP_KEY: shopKey,
  ...(issuer ? { ISSUER: issuer } : {}),
};
const program = createRequire(import.meta.url).resolve('next/dist/bin/next');
const next = (...args) =>
  spawn(process.execPath, [program, ...args], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });

let running;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => running?.kill('SIGTERM'));
await createGate(settings, 'Lantern Night');
running = next('build');
const [code] = await once(running, 'exit');
if (code === 0) {
  running = next('start', '--port', String(port));
  console.log(`The shop is at ${shopUrl}/ and sends you to ${roomUrl}`);
  process.exitCode = (await once(running, 'exit'))[0] ?? 0;
} else process.exitCode = code ?? 1;
