import { readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';

/** Every setting of this service. */
export const settings = { ...serviceSettings(4_001), TOKEN_SECRET: TokenSecret };
export const readServiceConfig = () => readConfig(settings);
export type QueueConfig = ReturnType<typeof readServiceConfig>;
