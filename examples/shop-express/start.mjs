// node examples/shop-express/start.mjs: the shop on port 3100, until Ctrl-C.
import { createGate, shopSettings } from '../gate.mjs';
import { createShop } from './shop.mjs';

const settings = shopSettings({ port: 3100 });
await createGate(settings, 'Lantern Night');
const server = createShop(settings).listen(settings.port, () => {
  console.log(`The shop is at ${settings.shopUrl}/ and sends you to ${settings.roomUrl}`);
});
server.on('error', (error) => {
  console.error(String(error));
  process.exitCode = 1;
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
