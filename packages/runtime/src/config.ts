import { operatorLimits } from '@sunbeon/contracts';
import { envSchema } from 'env-schema';
import { Type, type Static, type TObject, type TProperties } from 'typebox';
import { parseRedisUrl } from './redis-url.ts';
import { SettingsError } from './settings-error.ts';
import { standardSampling } from './trace.ts';

export { SettingsError };

const port = (value: number) => Type.Integer({ minimum: 1, maximum: 65_535, default: value });

const onOff = Type.Union([Type.Literal('off'), Type.Literal('on')], { default: 'off', description: 'on or off' });

/** Settings that every service reads; `port` is its API port, the ops port is 5,000 above. */
export const serviceSettings = (apiPort: number) => ({
  REDIS_URL: Type.String({ default: 'redis://localhost:6379' }),
  HOST: Type.String({
    default: '127.0.0.1',
    pattern: '^([0-9A-Fa-f:.]+|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$',
    description: 'an address or the name of a host',
  }),
  PORT: port(apiPort),
  OPS_PORT: port(apiPort + 5_000),
  LOG_LEVEL: Type.Union(
    [
      Type.Literal('fatal'),
      Type.Literal('error'),
      Type.Literal('warn'),
      Type.Literal('info'),
      Type.Literal('debug'),
      Type.Literal('trace'),
      Type.Literal('silent'),
    ],
    { default: 'info' },
  ),
  REQUEST_LOG: onOff,
  LOG_ADDRESSES: onOff,
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://[^\\s/]+(/\\S*)?$', description: 'an address that begins with http:// or https://' }),
  ),
  OTEL_TRACES_SAMPLER: Type.Optional(
    Type.Union(
      [
        Type.Literal('always_on'),
        Type.Literal('always_off'),
        Type.Literal('traceidratio'),
        Type.Literal('parentbased_always_on'),
        Type.Literal('parentbased_always_off'),
        Type.Literal('parentbased_traceidratio'),
      ],
      { default: standardSampling.name, description: 'always_on, always_off or traceidratio, or one of them after parentbased_' },
    ),
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Optional(
    Type.String({
      pattern: '^(0(\\.\\d{1,9})?|1(\\.0{1,9})?)$',
      default: standardSampling.ratio,
      description: 'a number from 0 to 1, such as 0.01: the share of traces that are kept',
    }),
  ),
});

/** One secret, or several separated by commas: the first signs, all verify (for rotation). */
export const TokenSecret = Type.String({
  pattern: '^[^,]{32,}(,[^,]{32,})*$',
  description: 'at least 32 characters; several, separated by commas, rotate keys',
});
/** Makes visitors of members. One secret: another one would make other visitors of them. */
export const MemberSecret = Type.String({
  pattern: '^[^,]{32,}$',
  description: 'at least 32 characters without a comma; it is not rotated',
});
export const AdminToken = Type.String({
  pattern: '^[\\w.~+/=-]{16,}(,[\\w.~+/=-]{16,})*$',
  description: 'at least 16 of A-Z a-z 0-9 _ . ~ + / = -; several, separated by commas',
});

/** One operator, or several separated by commas; `parseOperators` judges it. */
export const OperatorList = Type.String({ minLength: 1 });
/** Wrong tokens of operators a minute and address. */
export const WrongTokensPerMinute = Type.Integer({ minimum: 0, maximum: 1_000_000, default: 10 });

/** How much of an audit log is kept, of a sale and of sign-ins. */
export const auditLogSettings = {
  AUDIT_LOG_ENTRIES: Type.Integer({ minimum: 100, maximum: 1_000_000, default: operatorLimits.auditLogEntries }),
  AUDIT_LOG_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: operatorLimits.auditLogMs / 86_400_000 }),
};

/** Keys of the shops' servers; the name is written down, the secret is what a call sends. */
const shopKey = '[a-z0-9-]{1,32}:(?=[^,]{32,})[\\w.~+/-]+=*';
export const ShopKeys = Type.String({
  pattern: `^${shopKey}(,${shopKey})*$`,
  description:
    '<name>:<secret>, the name 1 to 32 of a-z 0-9 -, the secret at least 32 of A-Z a-z 0-9 _ . ~ + / - with = at its end alone; several, separated by commas, each with a name and a secret of its own',
});
/** The address that people reach the gateway at: scheme, host and maybe a port. `iss` of passes. */
export const PublicUrl = Type.String({
  pattern: '^https?://[^/?#@\\s\\\\]+/?$',
  default: 'http://localhost:4000',
  description: 'http:// or https://, a host and maybe a port, without a path',
});

/** Where people see the waiting page; in front of the page itself when one proxy serves both. */
export const WebUrl = Type.String({
  pattern: '^https?://[^/?#@\\s\\\\]+/?$',
  default: 'http://localhost:3000',
  description: 'http:// or https://, a host and maybe a port, without a path',
});

/** What a process starts with: its settings, or one sentence and exit code 1. */
export const settingsOrExit = <Config>(read: () => Config): Config => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
};

/** Sunbeon's settings that no service reads but its environment may contain. */
const known = new Set(['SUNBEON_DATA_DIR']);

/** Rules across settings, beyond the schema of one. */
const checkTogether = (config: Record<string, unknown>): void => {
  const { REDIS_URL, PORT, OPS_PORT, TOKEN_SECRET, ADMIN_TOKEN, SHOP_KEYS, PASS_KEYS } = config as {
    REDIS_URL?: string;
    PORT?: number;
    OPS_PORT?: number;
    TOKEN_SECRET?: string;
    ADMIN_TOKEN?: string;
    SHOP_KEYS?: string;
    PASS_KEYS?: string;
  };
  if (REDIS_URL !== undefined) parseRedisUrl(REDIS_URL);
  if (PORT !== undefined && PORT === OPS_PORT)
    throw new SettingsError('the settings PORT and OPS_PORT must differ: strangers reach the one and not the other');
  for (const [name, list] of Object.entries({ TOKEN_SECRET, ADMIN_TOKEN, SHOP_KEYS, PASS_KEYS })) {
    const parts = list?.split(',').map((part) => part.trim()) ?? [];
    if (new Set(parts).size !== parts.length) throw new SettingsError(`the setting ${name} names the same secret twice`);
  }
  // One name for each secret, and one secret for each name: the audit log tells shops apart by it.
  const pairs = SHOP_KEYS?.split(',').map((entry) => entry.split(':') as [string, string]) ?? [];
  for (const [part, what] of ['name', 'secret'].entries()) {
    if (new Set(pairs.map((pair) => pair[part])).size !== pairs.length)
      throw new SettingsError(`the setting SHOP_KEYS has the same ${what} twice`);
  }
};

/** Whether a text is the origin of a page or of a service: scheme, host and port in a browser's spelling, nothing else. */
export const isOrigin = (text: string): boolean => {
  try {
    return /^https?:/.test(text) && new URL(text).origin === text;
  } catch {
    return false;
  }
};

/** Whether a text is the base address of a service: scheme, host, optional port. */
export const isServiceUrl = (text: string): boolean => /^https?:\/\/[^/?#@\s\\]+$/.test(text) && URL.canParse(text) && !/:0*$/.test(text);

/**
 * The only reader of process.env: returns a typed, frozen configuration, or throws
 * a SettingsError that names the setting and its rule.
 */
export const readConfig = <P extends TProperties>(properties: P, env: NodeJS.ProcessEnv = process.env): Readonly<Static<TObject<P>>> => {
  const unknown = Object.keys(env).find((name) => name.startsWith('SUNBEON_') && !known.has(name) && !(name in properties));
  if (unknown) throw new SettingsError(`unknown setting ${unknown}; settings of Sunbeon itself are: ${[...known].join(', ')}`);
  for (const [name, property] of Object.entries(properties)) {
    // The validator would also accept 0x10, 1e3 and blanks as numbers.
    const text = env[name];
    if ((property as { type?: string }).type === 'integer' && text && !/^(0|[1-9]\d*)$/.test(text))
      throw new SettingsError(`the setting ${name} must be a whole number, written in digits`);
  }
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  let config: Readonly<Static<TObject<P>>>;
  try {
    config = Object.freeze(envSchema<Static<TObject<P>>>({ schema: Type.Object(properties), data: filled, dotenv: false, env: false }));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const name = Object.keys(properties).find((key) => new RegExp(`\\b${key}\\b`).test(text));
    const needs = name && (properties[name] as { description?: string }).description;
    throw new SettingsError(name && needs ? `the setting ${name} must be ${needs}` : `the settings are not right: ${text}`);
  }
  checkTogether(config);
  return config;
};
