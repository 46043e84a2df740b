import { createGuard } from '@sunbeon/guard';

let guard;
/** Asked at the first request: the settings are there when the shop runs, not yet when it is built. */
export const shopGuard = () =>
  (guard ??= createGuard({
    saleId: process.env.SALE,
    gatewayUrl: process.env.GATEWAY_URL,
    roomUrl: process.env.ROOM_URL,
    shopKey: process.env.SHOP_KEY,
    ...(process.env.ISSUER ? { issuer: process.env.ISSUER } : {}),
    paths: ['/thanks', '/_next/static/*'],
  }));
