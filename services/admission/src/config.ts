import {
  AdminToken,
  auditLogSettings,
  Durability,
  OperatorList,
  parseOperators,
  PublicUrl,
  readConfig,
  serviceSettings,
  SettingsError,
  ShopKeys,
  TokenSecret,
  WrongTokensPerMinute,
} from '@sunbeon/runtime';
import { Type } from 'typebox';
import { drandChainText, drandUrlsText, parseDrandChain, parseDrandUrls } from './draw/drand-settings.ts';
import { parsePassKeys } from './pass-keys.ts';

const passKeysText = 'Ed25519 private keys, each PKCS #8 in base64; several, separated by commas, each once: the first signs';
/** Every setting of this service. */
export const settings = {
  ...serviceSettings(4_002),
  DURABILITY: Durability,
  TOKEN_SECRET: TokenSecret,
  OPERATORS: Type.Optional(OperatorList),
  ADMIN_TOKEN: Type.Optional(AdminToken),
  WRONG_TOKENS_PER_MINUTE: WrongTokensPerMinute,
  ...auditLogSettings,
  SHOP_KEYS: ShopKeys,
  PASS_KEYS: Type.String({
    minLength: 1,
    description: passKeysText,
  }),
  PUBLIC_URL: PublicUrl,
  DRAND_URLS: Type.String({ default: 'https://api.drand.sh,https://drand.cloudflare.com', description: drandUrlsText }),
  DRAND_CHAIN: Type.Optional(Type.String({ description: drandChainText })),
};
/** Reads a setting whose form no schema can judge. */
const check = (name: string, rule: string, read: () => unknown): void => {
  try {
    read();
  } catch {
    throw new SettingsError(`the setting ${name} must be ${rule}`);
  }
};
export const readServiceConfig = () => {
  const config = readConfig(settings);
  parseOperators(config);
  check('PASS_KEYS', passKeysText, () => parsePassKeys(config.PASS_KEYS));
  check('DRAND_URLS', drandUrlsText, () => parseDrandUrls(config.DRAND_URLS));
  check('DRAND_CHAIN', drandChainText, () => parseDrandChain(config.DRAND_CHAIN));
  return config;
};
export type AdmissionConfig = ReturnType<typeof readServiceConfig>;
