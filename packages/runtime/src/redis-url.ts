import type { RedisOptions } from 'ioredis';
import { SettingsError } from './settings-error.ts';

/** Address of Redis: one server, Sentinel or Cluster, by the form of REDIS_URL. */
export type RedisTarget =
  | { kind: 'single'; options: RedisOptions }
  | { kind: 'sentinel'; options: RedisOptions }
  | { kind: 'cluster'; nodes: { host: string; port: number }[]; options: RedisOptions };

/** Upper bound of a configured database number; redis-check.ts checks that the server has it. */
const mostDatabases = 1_024;

/** Never contains the setting, which may hold a password. */
const wrong = (what: string): SettingsError => new SettingsError(`the setting REDIS_URL is not right: ${what}`);

const hostsOf = (authority: string, defaultPort: number): { host: string; port: number }[] =>
  authority.split(',').map((entry) => {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?))(?::(\d{1,5}))?$/.exec(entry);
    if (!match)
      throw wrong('a host is a name, an IPv4 address or an IPv6 address in brackets, with a port after a colon if it is not the usual one');
    const port = match[4] === undefined ? defaultPort : Number(match[4]);
    if (port < 1 || port > 65_535) throw wrong('a port is a number from 1 to 65535');
    return { host: match[1] ?? match[2]!, port };
  });

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('user and password are percent-encoded, and a % must be followed by two hexadecimal digits');
  }
};

/**
 * Reads `redis://[user:password@]host:port[/db]`, `rediss://…`, `unix:/path`, `redis+sentinel://[user:password@]h1:p,h2:p/master`
 * or `redis+cluster://[user:password@]h1:p,h2:p`. Throws a SettingsError that names the fault.
 */
export const parseRedisUrl = (url: string): RedisTarget => {
  if (/\s/.test(url)) throw wrong('it holds a blank');
  if (url.startsWith('unix:')) {
    const path = url.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    if (!path.startsWith('/')) throw wrong('the path of a socket begins with /');
    return { kind: 'single', options: { path } };
  }
  const match = /^(redis|rediss|redis\+sentinel|redis\+cluster):\/\/(?:([^:@/]*)(:[^@/]*)?@)?([^/?#@]+)(?:\/([^?#]*))?$/.exec(url);
  if (!match) throw wrong('it must be redis://, rediss://, redis+sentinel:// or redis+cluster:// with a host, or unix: with a path');
  const [, scheme, user = '', password = '', authority, path = ''] = match as unknown as [
    string,
    string,
    string?,
    string?,
    string?,
    string?,
  ];
  if (user !== '' && password.length < 2) throw wrong('a user needs a password');
  const auth: RedisOptions = {
    ...(user ? { username: decoded(user) } : {}),
    ...(password.length > 1 ? { password: decoded(password.slice(1)) } : {}),
  };
  if (scheme === 'redis+cluster') {
    if (path !== '' && path !== '0') throw wrong('a Cluster has no databases to choose from');
    return { kind: 'cluster', nodes: hostsOf(authority!, 6_379), options: auth };
  }
  if (scheme === 'redis+sentinel') {
    if (path !== '' && !/^[A-Za-z0-9._-]+$/.test(path)) throw wrong('behind the Sentinels stands the name of the master alone');
    return { kind: 'sentinel', options: { ...auth, sentinels: hostsOf(authority!, 26_379), name: path || 'mymaster', role: 'master' } };
  }
  const [first, ...others] = hostsOf(authority!, 6_379);
  if (others.length > 0) throw wrong('several hosts need redis+sentinel:// or redis+cluster://');
  if (path !== '' && !(/^(0|[1-9]\d{0,3})$/.test(path) && Number(path) < mostDatabases))
    throw wrong('behind the host stands the number of a database alone');
  return { kind: 'single', options: { ...auth, ...first!, db: Number(path), ...(scheme === 'rediss' ? { tls: {} } : {}) } };
};
