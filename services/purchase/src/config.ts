import {
  AdminToken,
  auditLogSettings,
  Durability,
  OperatorList,
  parseOperators,
  readConfig,
  serviceSettings,
  ShopKeys,
  TokenSecret,
  WrongTokensPerMinute,
} from '@sunbeon/runtime';
import { Type } from 'typebox';

/** Every setting of this service. */
export const settings = {
  ...serviceSettings(4_003),
  DURABILITY: Durability,
  TOKEN_SECRET: TokenSecret,
  OPERATORS: Type.Optional(OperatorList),
  ADMIN_TOKEN: Type.Optional(AdminToken),
  WRONG_TOKENS_PER_MINUTE: WrongTokensPerMinute,
  ...auditLogSettings,
  SHOP_KEYS: ShopKeys,
};
export const readServiceConfig = () => {
  const config = readConfig(settings);
  parseOperators(config);
  return config;
};
export type PurchaseConfig = ReturnType<typeof readServiceConfig>;
