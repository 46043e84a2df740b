// Settings of the page's process; a wrong one ends it before it serves anything.
import { trusts } from './forwarded.mjs';
import { isLogLevel } from './log.mjs';

/** Names the setting and its rule. */
export class SettingsError extends Error {}

const refuse = (name, what) => {
  throw new SettingsError(`the setting ${name} must be ${what}`);
};
const isServiceUrl = (text) => /^https?:\/\/[^/?#@\s\\]+$/.test(text) && URL.canParse(text) && !/:0*$/.test(text);

/** `{ port, opsPort, host, gatewayUrl, webUrl, trustProxy, secret, level, requests }`. An empty setting is none. Throws a SettingsError. */
export const pageSettings = (env) => {
  const gatewayUrl = env.GATEWAY_URL || 'http://localhost:4000';
  if (!isServiceUrl(gatewayUrl)) refuse('GATEWAY_URL', 'http://host:port, without a path');
  const webUrl = env.WEB_URL || undefined;
  if (webUrl !== undefined && !/^https?:\/\/[^/?#@\s\\]+\/?$/.test(webUrl))
    refuse('WEB_URL', 'http:// or https://, a host and maybe a port, without a path');
  const name = env.WEB_PORT ? 'WEB_PORT' : 'PORT';
  const port = env[name] || '3000';
  const opsPort = env.OPS_PORT || undefined;
  for (const [setting, value] of Object.entries({ [name]: port, OPS_PORT: opsPort }))
    if (value !== undefined && (!/^[1-9]\d{0,4}$/.test(value) || Number(value) > 65_535))
      refuse(setting, 'a port, from 1 to 65535, written in digits');
  if (opsPort === port) refuse('OPS_PORT', `another port than ${name}: strangers reach the one and not the other`);
  const host = env.HOST || '127.0.0.1';
  if (!/^([0-9A-Fa-f:.]+|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/.test(host)) refuse('HOST', 'an address or the name of a host');
  const trustProxy = env.TRUST_PROXY || undefined;
  try {
    trusts(trustProxy);
  } catch (error) {
    throw new SettingsError(error.message);
  }
  const secret = env.PAGE_SECRET || undefined;
  if (secret !== undefined && (secret.length < 16 || /[^\x21-\x7e]/.test(secret)))
    refuse('PAGE_SECRET', 'at least 16 characters of ASCII without spaces, the same for the page and the gateway');
  const level = env.LOG_LEVEL || 'info';
  if (!isLogLevel(level)) refuse('LOG_LEVEL', 'fatal, error, warn, info, debug, trace or silent');
  const requestLog = env.REQUEST_LOG || 'off';
  if (!['on', 'off'].includes(requestLog)) refuse('REQUEST_LOG', 'on or off');
  return { port, opsPort, host, gatewayUrl, webUrl, trustProxy, secret, level, requests: requestLog === 'on' };
};

/** The settings, or one sentence and exit code 1. */
export const settingsOrExit = (env) => {
  try {
    return pageSettings(env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
};
