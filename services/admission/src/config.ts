import { AdminToken, readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';

/** Every setting of this service. */
export const settings = { ...serviceSettings(4_002), TOKEN_SECRET: TokenSecret, ADMIN_TOKEN: AdminToken };
export const readServiceConfig = () => readConfig(settings);
export type AdmissionConfig = ReturnType<typeof readServiceConfig>;
