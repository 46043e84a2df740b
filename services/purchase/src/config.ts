import { AdminToken, readConfig, serviceSettings, ShopKeys, TokenSecret } from '@sunbeon/runtime';

/** Every setting of this service. */
export const settings = { ...serviceSettings(4_003), TOKEN_SECRET: TokenSecret, ADMIN_TOKEN: AdminToken, SHOP_KEYS: ShopKeys };
export const readServiceConfig = () => readConfig(settings);
export type PurchaseConfig = ReturnType<typeof readServiceConfig>;
