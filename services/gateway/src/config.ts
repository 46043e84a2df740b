import { fetchAddressFault } from '@sunbeon/contracts';
import {
  isOrigin,
  MemberSecret,
  PublicUrl,
  WebUrl,
  isServiceUrl,
  readConfig,
  serviceSettings,
  SettingsError,
  TokenSecret,
} from '@sunbeon/runtime';
import { Type } from 'typebox';
import { proxyTrust } from './client-address.ts';
import { processCountPattern } from './processes/process-count.ts';

/** One base URL, or several instances separated by commas. */
const ServiceUrls = (port: number) => Type.String({ default: `http://localhost:${port}` });

const issuerText = 'the issuer of the login provider: https://…, http:// only for this machine, without query and fragment';
/** Every setting of the gateway. */
export const settings = {
  ...serviceSettings(4_000),
  TOKEN_SECRET: TokenSecret,
  QUEUE_URL: ServiceUrls(4_001),
  ADMISSION_URL: ServiceUrls(4_002),
  PURCHASE_URL: ServiceUrls(4_003),
  PUBLIC_URL: PublicUrl,
  WEB_URL: WebUrl,
  ALLOWED_ORIGINS: Type.String({ default: 'http://localhost:3000,http://127.0.0.1:3000' }),
  TRUST_PROXY: Type.Optional(Type.String({ description: 'addresses or CIDRs separated by commas, or their number' })),
  TRUST_TRACEPARENT: Type.Optional(Type.Union([Type.Literal('off'), Type.Literal('on')], { default: 'off', description: 'on or off' })),
  PAGE_SECRET: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{16,}$',
      description: 'at least 16 characters of ASCII without spaces, the same for the page and the gateway',
    }),
  ),
  GATEWAY_PROCESSES: Type.String({ default: '1', pattern: processCountPattern, description: 'a number from 1 to 64, or auto' }),
  MEMBER_SECRET: Type.Optional(MemberSecret),
  OIDC_ISSUER: Type.Optional(Type.String({ description: issuerText })),
  OIDC_CLIENT_ID: Type.Optional(Type.String({ maxLength: 500, description: 'the client id that the login provider gave' })),
  OIDC_CLIENT_SECRET: Type.Optional(Type.String({ maxLength: 2_000, description: 'the secret of OIDC_CLIENT_ID' })),
  OIDC_SCOPES: Type.String({
    default: 'openid',
    pattern: '^([\\x21-\\x7e]+ )*openid( [\\x21-\\x7e]+)*$',
    description: 'scopes separated by single spaces, openid among them',
  }),
  SOCKETS_PER_ADDRESS: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  ADDRESS_PREFIX_IPV4: Type.Integer({ minimum: 8, maximum: 32, default: 32 }),
  ADDRESS_PREFIX_IPV6: Type.Integer({ minimum: 16, maximum: 128, default: 64 }),
  JOIN_LIMIT_PER_MINUTE: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 600 }),
};

type LoginSettings = Partial<Record<'OIDC_ISSUER' | 'OIDC_CLIENT_ID' | 'OIDC_CLIENT_SECRET' | 'MEMBER_SECRET', string>>;
/** A login needs all of its settings, or it would fail at the first person. */
const checkLogin = ({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, MEMBER_SECRET }: LoginSettings): void => {
  if (OIDC_ISSUER === undefined) {
    if (OIDC_CLIENT_ID !== undefined || OIDC_CLIENT_SECRET !== undefined)
      throw new SettingsError('the setting OIDC_ISSUER must be set where OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is');
    return;
  }
  if (fetchAddressFault(OIDC_ISSUER) !== null || OIDC_ISSUER.includes('?'))
    throw new SettingsError(`the setting OIDC_ISSUER must be ${issuerText}`);
  if (OIDC_CLIENT_ID === undefined) throw new SettingsError('the setting OIDC_CLIENT_ID must be set where OIDC_ISSUER is');
  if (MEMBER_SECRET === undefined) throw new SettingsError('the setting MEMBER_SECRET must be set where OIDC_ISSUER is');
};

export const readServiceConfig = () => {
  const config = readConfig(settings);
  for (const name of ['QUEUE_URL', 'ADMISSION_URL', 'PURCHASE_URL'] as const) {
    if (!config[name].split(',').every(isServiceUrl))
      throw new SettingsError(`the setting ${name} must be one http://host:port, or several separated by commas, without a path`);
  }
  if (
    !config.ALLOWED_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .every(isOrigin)
  ) {
    throw new SettingsError(
      'the setting ALLOWED_ORIGINS must be origins as browsers send them, such as https://tickets.example, separated by commas, without a path',
    );
  }
  if (config.TRUST_PROXY === 'true') throw new SettingsError('TRUST_PROXY must name the proxies; anybody could write the header otherwise');
  try {
    proxyTrust(config.TRUST_PROXY);
  } catch (error) {
    throw new SettingsError(String((error as Error).message));
  }
  if (config.TRUST_TRACEPARENT === 'on' && config.TRUST_PROXY === undefined)
    throw new SettingsError('the setting TRUST_TRACEPARENT needs TRUST_PROXY: only the traces of proxies named there are continued');
  checkLogin(config);
  return config;
};
export type GatewayConfig = ReturnType<typeof readServiceConfig>;

/** Default: five times the limit of joins (a household has tabs and devices); none when joins are not limited either. */
export const socketsPerAddress = (config: GatewayConfig): number => config.SOCKETS_PER_ADDRESS ?? config.JOIN_LIMIT_PER_MINUTE * 5;
