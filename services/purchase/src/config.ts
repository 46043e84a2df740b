import { AdminToken, readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';

/** Every setting of this service. */
export const settings = { ...serviceSettings(4_003), TOKEN_SECRET: TokenSecret, ADMIN_TOKEN: AdminToken };
export const readServiceConfig = () => readConfig(settings);
export type PurchaseConfig = ReturnType<typeof readServiceConfig>;
