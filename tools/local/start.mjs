// npm start: from a fresh clone to a running Sunbeon.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { buildServices, buildWeb } from './build.mjs';
import { root } from './commands.mjs';
import { runMain, say, sinceStart } from './console.mjs';
import { openDataFolder } from './data-folder.mjs';
import { ensureDemoSale, pageShowsSale } from './demo-sale.mjs';
import { endProgram, endWithNpm, onEnd, signalsAreOrderly } from './ending.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';
import { checkPorts } from './ports.mjs';
import { createProcesses } from './processes.mjs';
import { findRedis, startRedis } from './redis.mjs';
import { localSecrets } from './secrets.mjs';
import { opsOffset, services, startSettings } from './start-settings.mjs';

/** Order of stopping, the highest first: no part may lose another that it still calls. */
const ranks = { web: 3, gateway: 2, queue: 1, admission: 1, purchase: 1 };

/** Arguments of node for a service. Watched: a service restarts when a source, a package or a script (Lua) that it uses is saved. */
const serviceArgs = (name, watch) =>
  watch
    ? [
        join(root, 'node_modules/tsx/dist/cli.mjs'),
        'watch',
        '--clear-screen=false',
        ...[`services/${name}`, 'packages/*'].flatMap((folder) => ['--include', `${folder}/src/**/*.lua`]),
        '--conditions=development',
        `services/${name}/src/main.ts`,
      ]
    : [`services/${name}/dist/main.js`];
const pageArgs = ({ watch, host, ports }) =>
  watch
    ? [join(root, 'node_modules/next/dist/bin/next'), 'dev', 'web', '--port', String(ports.web), '--hostname', host]
    : ['web/start.mjs'];

const environment = ({ host, inside, ports, watch, gateway, web }, redisUrl, secrets) => ({
  NODE_ENV: watch ? 'development' : 'production',
  REDIS_URL: redisUrl,
  HOST: host,
  ...secrets,
  QUEUE_URL: process.env.QUEUE_URL || `http://${inside}:${ports.queue}`,
  ADMISSION_URL: process.env.ADMISSION_URL || `http://${inside}:${ports.admission}`,
  PURCHASE_URL: process.env.PURCHASE_URL || `http://${inside}:${ports.purchase}`,
  PUBLIC_URL: process.env.PUBLIC_URL || gateway,
  WEB_URL: process.env.WEB_URL || web,
  ALLOWED_ORIGINS: process.env.ALLOWED_ORIGINS || `http://localhost:${ports.web},http://127.0.0.1:${ports.web}`,
  JOIN_LIMIT_PER_MINUTE: process.env.JOIN_LIMIT_PER_MINUTE || '0',
  // New at each start: only the page of this start speaks for others.
  PAGE_SECRET: process.env.PAGE_SECRET || randomBytes(24).toString('hex'),
});

/** Starts all parts, the page last: when it answers, the demo sale is there. True when the sale was made now. */
const startParts = async (processes, settings, env, adminToken) => {
  const { host, inside, ports, gateway } = settings;
  say(`• starting queue, admission, purchase, gateway${settings.page ? ' and web' : ''}`);
  const started = services.map((name) => ({
    entry: processes.start(
      name,
      process.execPath,
      serviceArgs(name, settings.watch),
      { ...env, PORT: String(ports[name]), OPS_PORT: String(ports[name] + opsOffset) },
      { rank: ranks[name] },
    ),
    url: `http://${inside}:${ports[name] + opsOffset}/readyz`,
  }));
  await Promise.all(started.map(({ entry, url }) => processes.ready(entry, url)));
  const made = await ensureDemoSale(`http://${inside}:${ports.gateway}`, adminToken);
  if (!settings.page) return made;
  const page = processes.start(
    'web',
    process.execPath,
    pageArgs(settings),
    {
      NODE_ENV: env.NODE_ENV,
      NEXT_TELEMETRY_DISABLED: '1',
      HOST: host,
      HOSTNAME: host,
      PORT: String(ports.web),
      WEB_PORT: String(ports.web),
      OPS_PORT: String(ports.web + opsOffset),
      GATEWAY_URL: process.env.GATEWAY_URL || `http://${inside}:${ports.gateway}`,
      WEB_URL: env.WEB_URL,
      PAGE_SECRET: env.PAGE_SECRET,
    },
    { rank: ranks.web },
  );
  await processes.ready(page, `http://${inside}:${ports.web}/`);
  // A page that was pointed at another gateway shows that one's sales.
  if (!process.env.GATEWAY_URL) await pageShowsSale(`http://${inside}:${ports.web}`);
  say(`  ${gateway} and the page serve the demo sale`);
  return made;
};

const announce = (
  { web, gateway, ports, page, watch },
  folder,
  { ADMIN_TOKEN: adminToken, SHOP_KEYS: shopKeys },
  made,
  shopKey = shopKeys.split(',')[0].replace(/^[^:]*:/, ''),
) =>
  say(`
Sunbeon is running (${sinceStart()}).
${
  page
    ? `
  page        ${web}/sales/concert_2025${made ? '   (a demo sale, made now)' : ''}
  all sales   ${web}
  console     ${web}/operator      sign in with the operator's token`
    : ''
}
  API         ${gateway}/api/sales      described at ${gateway}/docs
  metrics     ${[...services, ...(page && !watch ? ['web'] : [])].map((name) => `${name} :${ports[name] + opsOffset}`).join('  ')}   (/metrics, /livez, /readyz)
  operator    Authorization: Bearer ${adminToken}
  shop key    Authorization: Bearer ${shopKey}      for a shop's own server
  logs, data  ${folder}

${watch ? 'Saved files are taken in: services restart, the page refreshes. ' : ''}Ctrl-C stops everything; the data is kept.`);

await runMain(async () => {
  checkNode();
  const settings = startSettings(process.argv.slice(2), process.env);
  const { folder, lock } = await openDataFolder(settings.dataFolder, { replace: settings.replace });
  const giveBack = onEnd(lock.release);
  endWithNpm(() => void endProgram(1));
  try {
    const secrets = localSecrets(folder);
    await checkPorts(settings.wantedPorts);
    await installPackages();
    const redis = await findRedis(folder, settings);
    if (!settings.watch) {
      await buildServices();
      if (settings.page) await buildWeb();
    }
    const processes = createProcesses(join(folder, 'logs'), (children) => lock.note({ children }));
    onEnd(async () => {
      say('\nStopping …');
      await processes.stop();
      say('Stopped. The data is kept; npm start goes on from there.');
    }, processes.killAll);
    signalsAreOrderly();
    try {
      if (redis.own) {
        say(`• Redis: starting our own on port ${redis.own.port}, data in ${redis.own.folder}`);
        await startRedis(processes, redis.own);
      }
      const made = await startParts(processes, settings, environment(settings, redis.url, secrets), secrets.ADMIN_TOKEN);
      announce(settings, folder, secrets, made);
    } catch (error) {
      await processes.stop();
      throw error;
    }
    // An error must not end the supervisor: its children would end with it.
    process.on('uncaughtException', (error) => say(`  npm start: ${error?.stack ?? error}`));
  } catch (error) {
    giveBack();
    lock.release();
    throw error;
  }
});
