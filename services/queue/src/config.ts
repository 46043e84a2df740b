import { Durability, MemberSecret, readConfig, serviceSettings, TokenSecret } from '@sunbeon/runtime';
import { Type } from 'typebox';

const host = '([a-z0-9.-]+|\\[[0-9a-f:]+\\])(:[0-9]{1,5})?';
/** Every setting of this service. */
export const settings = {
  ...serviceSettings(4_001),
  DURABILITY: Durability,
  TOKEN_SECRET: TokenSecret,
  MEMBER_SECRET: MemberSecret,
  MEMBER_JWKS_HOSTS: Type.Optional(
    Type.String({
      pattern: `^${host}(,${host})*$`,
      description:
        'hosts in lower case, each with or without :port, separated by commas: those of the own network that keys of members may be fetched from',
    }),
  ),
};
export const readServiceConfig = () => readConfig(settings);
export type QueueConfig = ReturnType<typeof readServiceConfig>;

export const jwksHostsOf = ({ MEMBER_JWKS_HOSTS }: Pick<QueueConfig, 'MEMBER_JWKS_HOSTS'>): string[] => MEMBER_JWKS_HOSTS?.split(',') ?? [];
