import { isAbsolute, join } from 'node:path';
import { root } from './commands.mjs';
import { Refusal } from './console.mjs';

/** In the order of their start. */
export const services = ['queue', 'admission', 'purchase', 'gateway'];
const defaults = { gateway: 4000, queue: 4001, admission: 4002, purchase: 4003, web: 3000 };
export const opsOffset = 5_000;
const options = { '--replace': 'replace', '--no-page': 'noPage', '--own-redis': 'ownRedis' };

const variableOf = (name) => `${name.toUpperCase()}_PORT`;
const addressOf = (host) => (host.includes(':') ? `[${host}]` : host);

/** What the command line and the environment of `npm start` say. Throws a Refusal for an option that is not there. */
export const startSettings = (args, env) => {
  const unknown = args.find((option) => !(option in options));
  if (unknown) throw new Refusal(`npm start does not know ${unknown}. Options: npm start -- --replace (stops an earlier start on the same data), --no-page (services only), --own-redis (not a server on localhost:6379).`);
  const chosen = Object.fromEntries(args.map((option) => [options[option], true]));
  const host = env.HOST || '127.0.0.1';
  const ports = Object.fromEntries(Object.entries(defaults).map(([name, port]) => [name, Number(env[variableOf(name)] || port)]));
  const data = env.SUNBEON_DATA_DIR || '.data';
  // Where a service that listens on `host` answers: to this machine, and to a person.
  const everywhere = host === '0.0.0.0' || host === '::';
  const inside = everywhere ? '127.0.0.1' : addressOf(host);
  const reach = everywhere || host === '127.0.0.1' ? 'localhost' : addressOf(host);
  return {
    replace: chosen.replace ?? false,
    page: !chosen.noPage,
    ownRedis: chosen.ownRedis ?? false,
    host, ports, inside,
    dataFolder: isAbsolute(data) ? data : join(root, data),
    gateway: `http://${reach}:${ports.gateway}`,
    web: `http://${reach}:${ports.web}`,
    wantedPorts: [
      ...Object.entries(ports).filter(([name]) => name !== 'web' || !chosen.noPage).map(([name, port]) => ({ variable: variableOf(name), port, host })),
      ...services.map((name) => ({ variable: variableOf(name), port: ports[name] + opsOffset, host })),
    ],
  };
};
