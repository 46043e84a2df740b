import { AdminToken, readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';

export const readServiceConfig = () => readConfig({ ...serviceSettings(4_003), TOKEN_SECRET: TokenSecret, ADMIN_TOKEN: AdminToken });
export type PurchaseConfig = ReturnType<typeof readServiceConfig>;
