import { AdminToken, PublicUrl, readConfig, serviceSettings, SettingsError, ShopKeys, TokenSecret } from '@sunbeon/runtime';
import { Type } from 'typebox';
import { parsePassKeys } from './pass-keys.ts';

const passKeysText = 'Ed25519 private keys, each PKCS #8 in base64; several, separated by commas, each once: the first signs';
/** Every setting of this service. */
export const settings = {
  ...serviceSettings(4_002),
  TOKEN_SECRET: TokenSecret,
  ADMIN_TOKEN: AdminToken,
  SHOP_KEYS: ShopKeys,
  PASS_KEYS: Type.String({
    minLength: 1,
    description: passKeysText,
  }),
  PUBLIC_URL: PublicUrl,
};
export const readServiceConfig = () => {
  const config = readConfig(settings);
  try {
    parsePassKeys(config.PASS_KEYS);
  } catch {
    throw new SettingsError(`the setting PASS_KEYS must be ${passKeysText}`);
  }
  return config;
};
export type AdmissionConfig = ReturnType<typeof readServiceConfig>;
