import { readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';

export const readServiceConfig = () => readConfig({ ...serviceSettings(4_001), TOKEN_SECRET: TokenSecret });
export type QueueConfig = ReturnType<typeof readServiceConfig>;
