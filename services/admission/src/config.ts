import { AdminToken, readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';

export const readServiceConfig = () => readConfig({ ...serviceSettings(4_002), TOKEN_SECRET: TokenSecret, ADMIN_TOKEN: AdminToken });
export type AdmissionConfig = ReturnType<typeof readServiceConfig>;
