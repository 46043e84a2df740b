import { isAbsolute, join } from 'node:path';
import { root } from './commands.mjs';
import { CliError } from './console.mjs';

/** In the order of their start. */
export const services = ['queue', 'admission', 'purchase', 'gateway'];
const defaults = { gateway: 4000, queue: 4001, admission: 4002, purchase: 4003, web: 3000 };
export const opsOffset = 5_000;
const options = { '--replace': 'replace', '--no-page': 'noPage', '--own-redis': 'ownRedis', '--watch': 'watch' };

const variableOf = (name) => `${name.toUpperCase()}_PORT`;
const addressOf = (host) => (host.includes(':') ? `[${host}]` : host);

/** `checkPorts` says which numbers are ports; here, that it is a number written in digits: `Number` would also take 0x10, 1e3 and blanks. */
const portOf = (variable, text) => {
  if (!/^[1-9]\d*$/.test(text)) throw new CliError(`${variable} must be a port, from 1 to 65535, written in digits.`);
  return Number(text);
};

/** Settings from the command line and the environment of `npm start`. Throws a CliError for an unknown option. */
export const startSettings = (args, env) => {
  const unknown = args.find((option) => !(option in options));
  if (unknown)
    throw new CliError(
      `npm start does not know ${unknown}. Options: npm start -- --replace (stops an earlier start on the same data), --no-page (services only), --own-redis (not a server on localhost:6379), --watch (sources instead of a build, restarted on change: npm run dev).`,
    );
  const chosen = Object.fromEntries(args.map((option) => [options[option], true]));
  const host = env.HOST || '127.0.0.1';
  if (!/^([0-9A-Fa-f:.]+|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/.test(host))
    throw new CliError('HOST must be an address or the name of a host.');
  const ports = Object.fromEntries(
    Object.entries(defaults).map(([name, port]) => [name, portOf(variableOf(name), env[variableOf(name)] || String(port))]),
  );
  for (const name of ['GATEWAY_URL', 'QUEUE_URL', 'ADMISSION_URL', 'PURCHASE_URL']) {
    const list = name === 'GATEWAY_URL' ? [env[name] ?? ''] : (env[name] ?? '').split(',');
    if (env[name] && !list.every((url) => /^https?:\/\/[^/?#@\s\\]+$/.test(url) && URL.canParse(url) && !/:0*$/.test(url)))
      throw new CliError(`${name} must be http://host:port, without a path.`);
  }
  const data = env.SUNBEON_DATA_DIR || '.data';
  // Where a service that listens on `host` answers: to this machine, and to a person.
  const everywhere = host === '0.0.0.0' || host === '::';
  const inside = everywhere ? '127.0.0.1' : addressOf(host);
  const reach = everywhere || host === '127.0.0.1' ? 'localhost' : addressOf(host);
  return {
    replace: chosen.replace ?? false,
    page: !chosen.noPage,
    ownRedis: chosen.ownRedis ?? false,
    watch: chosen.watch ?? false,
    host,
    ports,
    inside,
    dataFolder: isAbsolute(data) ? data : join(root, data),
    gateway: `http://${reach}:${ports.gateway}`,
    web: `http://${reach}:${ports.web}`,
    wantedPorts: [
      ...Object.entries(ports)
        .filter(([name]) => name !== 'web' || !chosen.noPage)
        .map(([name, port]) => ({ variable: variableOf(name), port, host })),
      ...[...services, ...(chosen.noPage ? [] : ['web'])].map((name) => ({
        variable: variableOf(name),
        port: ports[name] + opsOffset,
        host,
      })),
    ],
  };
};
