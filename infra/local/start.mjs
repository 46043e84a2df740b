// npm start: from a fresh clone to a running Sunbeon.
import { isAbsolute, join } from 'node:path';
import { buildServices, buildWeb } from './build.mjs';
import { root } from './commands.mjs';
import { Refusal, runMain, say, sinceStart } from './console.mjs';
import { ensureDemoSale } from './demo-sale.mjs';
import { installPackages } from './install.mjs';
import { checkNode } from './node-version.mjs';
import { checkPorts } from './ports.mjs';
import { createProcesses } from './processes.mjs';
import { findRedis, isRedis } from './redis.mjs';
import { localSecrets } from './secrets.mjs';

const services = ['queue', 'admission', 'purchase', 'gateway'];
const defaults = { gateway: 4000, queue: 4001, admission: 4002, purchase: 4003, web: 3000 };
const opsOffset = 5_000;

await runMain(async () => {
  checkNode();
  const host = process.env.HOST || '127.0.0.1';
  const variableOf = (name) => `${name.toUpperCase()}_PORT`;
  const ports = Object.fromEntries(Object.entries(defaults).map(([name, port]) => [name, Number(process.env[variableOf(name)] || port)]));
  await checkPorts([
    ...Object.entries(ports).map(([name, port]) => ({ variable: variableOf(name), port, host })),
    ...services.map((name) => ({ variable: variableOf(name), port: ports[name] + opsOffset, host })),
  ]);

  const dataSetting = process.env.SUNBEON_DATA_DIR || '.data';
  const dataFolder = isAbsolute(dataSetting) ? dataSetting : join(root, dataSetting);
  await installPackages();
  const redis = await findRedis(dataFolder);
  await buildServices();
  await buildWeb();

  const processes = createProcesses(join(dataFolder, 'logs'));
  let stops = 0;
  const stop = async (exitCode) => {
    stops += 1;
    if (stops > 1) {
      processes.killAll();
      process.exit(1);
    }
    say('\nStopping …');
    await processes.stop([['web'], ['gateway'], ['queue', 'admission', 'purchase'], ['redis']]);
    say('Stopped. The data is kept; npm start goes on from there.');
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));

  try {
    if (redis.own) {
      say(`• Redis: starting our own on port ${redis.own.port}, data in ${join(dataFolder, 'redis')}`);
      processes.start('redis', redis.own.program, redis.own.args);
      for (let tries = 0; !(await isRedis('127.0.0.1', redis.own.port)); tries += 1) {
        if (tries > 200) throw new Refusal(`Redis does not start; see ${join(dataFolder, 'logs/redis.log')}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    const secrets = localSecrets(dataFolder);
    const reach = host === '0.0.0.0' ? 'localhost' : host === '127.0.0.1' ? 'localhost' : host;
    const gateway = `http://${reach}:${ports.gateway}`;
    const web = `http://${reach}:${ports.web}`;
    const env = {
      NODE_ENV: 'production',
      REDIS_URL: redis.url,
      HOST: host,
      ...secrets,
      QUEUE_URL: process.env.QUEUE_URL || `http://127.0.0.1:${ports.queue}`,
      ADMISSION_URL: process.env.ADMISSION_URL || `http://127.0.0.1:${ports.admission}`,
      PURCHASE_URL: process.env.PURCHASE_URL || `http://127.0.0.1:${ports.purchase}`,
      ALLOWED_ORIGINS: process.env.ALLOWED_ORIGINS || `http://localhost:${ports.web},http://127.0.0.1:${ports.web}`,
      JOIN_LIMIT_PER_MINUTE: process.env.JOIN_LIMIT_PER_MINUTE || '0',
    };
    say('• starting queue, admission, purchase, gateway and web');
    for (const name of services) {
      const entry = processes.start(name, process.execPath, [`services/${name}/dist/main.js`], { ...env, PORT: String(ports[name]), OPS_PORT: String(ports[name] + opsOffset) });
      await processes.ready(entry, `http://127.0.0.1:${ports[name] + opsOffset}/readyz`);
    }
    const page = processes.start('web', process.execPath, ['web/start.mjs'], {
      NODE_ENV: 'production', HOST: host, HOSTNAME: host, PORT: String(ports.web), WEB_PORT: String(ports.web), GATEWAY_URL: process.env.GATEWAY_URL || `http://127.0.0.1:${ports.gateway}`,
    });
    await processes.ready(page, `http://127.0.0.1:${ports.web}/`);
    const made = await ensureDemoSale(gateway, secrets.ADMIN_TOKEN);
    say(`
Sunbeon is running (${sinceStart()}).

  page        ${web}/sales/concert_2025${made ? '   (a demo sale, made now)' : ''}
  all sales   ${web}
  API         ${gateway}/api/sales      described at ${gateway}/docs
  metrics     ${services.map((name) => `${name} :${ports[name] + opsOffset}`).join('  ')}   (/metrics, /livez, /readyz)
  console     ${web}/operator      sign in with the operator's token
  operator    Authorization: Bearer ${secrets.ADMIN_TOKEN}
  logs, data  ${dataFolder}

Ctrl-C stops everything; the data is kept.`);
  } catch (error) {
    await processes.stop([['web'], ['gateway'], ['queue', 'admission', 'purchase'], ['redis']]);
    throw error;
  }
});
