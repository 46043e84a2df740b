// npm run compose:try -- [--without grafana,jaeger] [--write FILE]: builds and runs docker-compose.yml for real, in a project of its own, and goes
// through the whole job and the usual accidents. Any step that fails ends it with 1. `--without`: services whose image cannot be had here.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CliError, say, seconds } from '../local/console.mjs';
import {
  adminToken,
  api,
  compose,
  containerOf,
  docker,
  expect,
  expectRefusal,
  healthy,
  inspect,
  operator,
  prometheus,
  project,
  settings,
  shell,
  until,
  web,
} from './compose.mjs';
import { enter, hear, startCrowd } from './people.mjs';
import { page } from './report.mjs';

const {
  values: { without: withoutText = '', write, keep },
} = parseArgs({ options: { without: { type: 'string' }, write: { type: 'string' }, keep: { type: 'boolean' } } });
const without = withoutText.split(',').filter(Boolean);
const baseImage = 'debian:12.12-slim'; // 75 MB; a stand-in may be larger.
const ours = ['queue', 'admission-1', 'admission-2', 'purchase', 'gateway', 'web'];
const lines = [];
const tell = (text) => {
  say(text);
  lines.push(text);
};
let failed = false;
const step = async (name, work) => {
  if (failed) return;
  const from = Date.now();
  try {
    const result = await work();
    tell(`ok      ${name}${result ? `: ${result}` : ''}   (${seconds(Date.now() - from)})`);
  } catch (error) {
    failed = true;
    tell(`FAILED  ${name}: ${error instanceof CliError ? error.message : error.stack}`);
  }
};
const seen = ({ joined, bought, repeats, wrong, longestGapMs }) => {
  if (wrong.length > 0) throw new CliError(`people saw ${[...new Set(wrong)].join(', ')}`);
  if (bought === 0) throw new CliError('nobody could buy');
  return `meanwhile ${joined} joined, ${bought} bought, ${repeats} calls repeated, longest time without a purchase ${(longestGapMs / 1_000).toFixed(1)} s`;
};
const invariants = (saleId) =>
  compose([
    'exec',
    '-T',
    'admission-1',
    'node',
    '-e',
    `import('/app/services/admission/dist/invariants/main.js').then(({ runInvariantChecks }) => runInvariantChecks('${saleId}', process.env.REDIS_URL, console.log)).then((code) => process.exit(code))`,
  ]);
const invariantsLine = async (saleId) => (await invariants(saleId)).split('\n').at(-1);
const up = async () => {
  await compose(['up', '-d', '--no-build', ...services]);
  for (const service of services) await healthy(service);
};

let services = [];
let crowd;
const place = {};
await step('compose refuses to start without secrets, and says what to do', async () => {
  const bare = Object.fromEntries(Object.entries(settings).filter(([name]) => !/SECRET|TOKEN|PASSWORD/.test(name)));
  const { code, err } = await compose(['--env-file', '.env.example', 'config'], { env: bare, mayFail: true });
  if (code === 0 || !/npm run compose:env/.test(err)) throw new CliError(`it answered ${code} ${err}`);
});
await step('images are built', async () => {
  services = (await compose(['config', '--services'])).split('\n').filter((service) => service !== 'k6' && !without.includes(service));
  await compose(['build', '-q', ...ours.filter((service) => services.includes(service))]);
  const sizes = await docker('images', '--format', '{{.Repository}} {{.Size}}', '--filter', 'reference=sunbeon-*');
  for (const image of ['sunbeon-services', 'sunbeon-web']) {
    const [own, base] = (await docker('image', 'inspect', '--format', '{{.Size}}', image, baseImage)).split('\n').map(Number);
    if (own - base > 225e6)
      throw new CliError(`${image} adds ${Math.round((own - base) / 1e6)} MB to ${baseImage}, more than 300 MB in all`);
    const { components } = JSON.parse(await docker('run', '--rm', '--entrypoint', 'cat', image, '/app/sbom.cdx.json'));
    if (components.length < 30) throw new CliError(`the SBOM of ${image} names ${components.length} components`);
  }
  return sizes.replaceAll('\n', ', ');
});
await step('everything starts, each after what it needs, and is healthy', async () => {
  await compose(['down', '-v', '--remove-orphans']);
  await up();
  return `${services.join(', ')}${without.length > 0 ? `; not run: ${without.join(', ')}` : ''}`;
});
await step('nobody is root, roots are read-only, no capabilities, limits are set', async () => {
  for (const service of services) {
    const container = await containerOf(service);
    const facts = await docker(
      'inspect',
      '--format',
      '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}',
      container,
    );
    if (!/^true \[ALL\] \[no-new-privileges:true\] [1-9]\d+ [1-9]\d+$/.test(facts)) throw new CliError(`${service}: ${facts}`);
    const [, ...processes] = (await docker('top', container, '-eo', 'uid,pid,comm')).split('\n');
    const root = processes.filter((line) => /^\s*0 /.test(line));
    if (root.length > 0) throw new CliError(`${service} runs as root: ${root.join(', ')}`);
  }
});
await step('Redis knows no stranger, keeps everything it acknowledges, and no port leads to it', async () => {
  const ask = (...args) => compose(['exec', '-T', 'redis', 'redis-cli', ...args]);
  if (!/NOAUTH/.test(await ask('dbsize'))) throw new CliError('it answers without a password');
  const answer = await shell('docker', [
    'exec',
    '-e',
    `REDISCLI_AUTH=${settings.REDIS_WATCHER_PASSWORD}`,
    await containerOf('redis'),
    'redis-cli',
    '--user',
    'watcher',
    'config',
    'get',
    'appendfsync',
  ]);
  if (!/always/.test(answer)) throw new CliError(answer);
  const ports = await inspect('redis', '{{.NetworkSettings.Ports}}');
  if (/\d+ \d/.test(ports)) throw new CliError(`ports are published: ${ports}`);
});
await step('the whole job by the published port: create, join, let in, claim, hold, confirm, sold out', async () => {
  await expect('create', operator.create({ saleId: 'job', title: 'The job', stock: 3, admitPerSecond: 50, perVisitorLimit: 2 }), 201);
  const { token } = await expect('join', api().join('job'), 201);
  const heard = await hear('job', token);
  const me = api({ token });
  await expect('claim', me.claim('job'), 200);
  const { holdId } = await expect('hold', me.hold('job', 2), 201);
  await expect('confirm', me.confirm('job', holdId), 201);
  const last = await enter('job');
  await expect('buy', api({ token: last }).purchase('job', 1), 201);
  const { soldOut, stock } = await expect('the sale', api().sale('job'), 200);
  if (!soldOut || stock.sold !== 3) throw new CliError(JSON.stringify(stock));
  await expectRefusal('one who comes too late', api().join('job'), 'sold_out');
  return `the stream told ${heard.join(', ')}`;
});
await step('the page answers, has a policy for its scripts, and passes API and stream on', async () => {
  const response = await fetch(`${web}/sales/job`);
  const html = await response.text();
  if (response.status !== 200 || !/<html/.test(html) || !/nonce-/.test(response.headers.get('content-security-policy') ?? ''))
    throw new CliError(`${response.status}`);
  await expect('create', operator.create({ saleId: 'page', title: 'By the page', stock: 100, admitPerSecond: 50 }), 201);
  const { token } = await expect('join by the page', api({ base: web }).join('page'), 201);
  return `the stream told ${(await hear('page', token, { base: web, origin: web })).join(', ')}`;
});
await step('two admission instances, one leader', async () => {
  await expect(
    'create',
    operator.create({ saleId: 'long', title: 'Long', stock: 1_000_000, admitPerSecond: 40, activeLimit: 5_000, claimSeconds: 30 }),
    201,
  );
  const { leader } = await until('a leader', async () => {
    const sale = await operator.sale('long');
    return sale.ok && sale.value.leader && sale.value;
  });
  return leader;
});
if (services.includes('prometheus')) {
  await step('Prometheus sees every process', async () => {
    const targets = await until(
      'all targets to be up',
      async () => {
        const { data } = await (await fetch(`${prometheus}/api/v1/targets`)).json();
        const relevant = data.activeTargets.filter(({ scrapeUrl }) => !without.some((service) => scrapeUrl.includes(`//${service}:`)));
        return relevant.length >= 5 && relevant.every(({ health }) => health === 'up') && relevant;
      },
      60_000,
    );
    const {
      data: { groups },
    } = await (await fetch(`${prometheus}/api/v1/rules`)).json();
    return `${targets
      .map(({ scrapeUrl }) => new URL(scrapeUrl).host)
      .sort()
      .join(', ')}; ${groups.flatMap(({ rules }) => rules).length} rules`;
  });
}
await step('a person waits behind a crowd; twelve people buy all the time', async () => {
  await expect('create', operator.create({ saleId: 'patient', title: 'Patient', stock: 10, admitPerSecond: 0.001 }), 201);
  await expect('the first', api().join('patient'), 201);
  const { token, visitor } = await expect('the second', api().join('patient'), 201);
  Object.assign(place, { token, seq: visitor.seq });
  crowd = startCrowd('long', 12);
  await until('people to buy', () => crowd.acknowledged.size > 50);
  crowd.since();
});
const placeIsKept = () =>
  until(
    'the place to be there',
    async () => {
      const kept = await api({ token: place.token }).place('patient');
      if (kept.ok && kept.value.seq !== place.seq) throw new CliError(`the place became ${kept.value.seq}`);
      return kept.ok;
    },
    30_000,
  );
const leaderNow = async () => {
  const { leader } = await expect('the sale', operator.sale('long'), 200);
  for (const service of ['admission-1', 'admission-2']) if (leader?.includes((await containerOf(service)).slice(0, 12))) return service;
  throw new CliError(`nobody knows the leader ${leader}`);
};
for (const victim of ['the leader', 'queue', 'purchase', 'gateway', 'web', 'redis']) {
  await step(`docker kill ${victim}, start it again`, async () => {
    const service = victim === 'the leader' ? await leaderNow() : victim;
    crowd.since();
    await docker('kill', await containerOf(service));
    if (victim === 'the leader') await until('the other to lead', async () => (await leaderNow()) !== service, 15_000);
    else await new Promise((resolve) => setTimeout(resolve, 2_000));
    await docker('start', await containerOf(service));
    await healthy(service);
    await placeIsKept();
    const before = crowd.acknowledged.size;
    await until('people to buy again', () => crowd.acknowledged.size > before + 20, 30_000);
    return `${service}; ${seen(crowd.since())}`;
  });
}
/** Kills, from inside, the process that the container is for. */
const crash =
  'for p in /proc/[0-9]*; do read -r name < $p/comm; case $name in docker-init|tini|bash) ;; *) kill -9 ${p#/proc/} && exit 0 ;; esac; done; exit 1';
await step('a process that crashes inside its container comes back by itself', async () => {
  for (const service of ours) {
    const container = await containerOf(service);
    const restarts = Number(await docker('inspect', '--format', '{{.RestartCount}}', container));
    await docker('exec', container, 'bash', '-c', crash);
    await until(
      `${service} to be restarted`,
      async () => Number(await docker('inspect', '--format', '{{.RestartCount}}', container)) > restarts,
      30_000,
    );
    await healthy(service);
  }
  await placeIsKept();
  return seen(crowd.since());
});
await step('docker stop reaches every process: each ends by itself with 0', async () => {
  const codes = [];
  for (const service of ['gateway', 'queue', 'purchase', 'admission-1']) {
    const from = Date.now();
    await docker('stop', '-t', '15', await containerOf(service));
    const code = await inspect(service, '{{.State.ExitCode}}');
    codes.push(`${service} ${code} in ${seconds(Date.now() - from)}`);
    if (code !== '0') throw new CliError(codes.join(', '));
    await docker('start', await containerOf(service));
    await healthy(service);
  }
  await placeIsKept();
  return `${codes.join(', ')}; ${seen(crowd.since())}`;
});
let [copy, copiedAt] = [];
await step('a backup is taken while people buy', async () => {
  copiedAt = Date.now();
  copy = await compose(['exec', '-T', 'redis', 'sh', '/etc/sunbeon/backup.sh'], { raw: true });
  const before = crowd.acknowledged.size;
  await until('people to buy after it', () => crowd.acknowledged.size > before + 20, 30_000);
  return `${Math.round(copy.length / 1_024)} KB; ${seen(crowd.since())}`;
});
await step('people go away; the books are right', async () => {
  await crowd.end();
  const { stock } = await expect('the sale', operator.sale('long'), 200);
  if (stock.sold !== crowd.acknowledged.size) throw new CliError(`${stock.sold} sold, ${crowd.acknowledged.size} acknowledged`);
  return `${stock.sold} sold, as many as people were told; ${await invariantsLine('long')}`;
});
await step('down and up: the data is there', async () => {
  const before = await expect('the sale', operator.sale('long'), 200);
  await compose(['down']);
  await up();
  await placeIsKept();
  const after = await expect('the sale', operator.sale('long'), 200);
  if (after.stock.sold !== before.stock.sold || after.joined !== before.joined) throw new CliError(JSON.stringify({ before, after }));
  return `${after.stock.sold} sold, ${after.joined} joined, place ${place.seq} kept; ${await invariantsLine('long')}`;
});
await step('everything is lost, and restored from the backup', async () => {
  await compose(['down', '-v']);
  await compose(['run', '--rm', '--no-deps', '-T', '--entrypoint', '/bin/tar', 'redis', '-C', '/data', '-xf', '-'], { input: copy });
  await up();
  await placeIsKept();
  const early = [...crowd.acknowledged].filter(([, { at }]) => at < copiedAt);
  let missing = 0;
  for (const [purchaseId, { token }] of early.slice(-200)) {
    const kept = await api({ token }).purchases('long');
    if (!kept.ok || !kept.value.purchases.some((purchase) => purchase.purchaseId === purchaseId)) missing += 1;
  }
  if (missing > 0) throw new CliError(`${missing} purchases from before the backup are missing`);
  const { stock } = await expect('the sale', operator.sale('long'), 200);
  return `${stock.sold} sold by then, all ${early.length} acknowledged before it began among them (the last 200 looked up); ${await invariantsLine('long')}`;
});
await step('k6 by its own image: docker compose --profile load run --rm k6 run smoke.ts', async () => {
  const { code, out, err } = await compose(['--profile', 'load', 'run', '--rm', '-T', 'k6', 'run', '--quiet', 'smoke.ts'], {
    mayFail: true,
  });
  if (code !== 0) throw new CliError(`${code}\n${out.slice(-1_500)}\n${err.slice(-1_000)}`);
  return /checks_succeeded[^\n]*/.exec(out)?.[0].replace(/\.+/, '') ?? 'all thresholds kept';
});
if (!keep)
  await step('down -v leaves nothing', async () => {
    await compose(['--profile', 'load', 'down', '-v', '--remove-orphans']);
    const left = await docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`);
    if (left !== '') throw new CliError(left);
  });
tell(failed ? '\nIt FAILED.' : '\nAll is well.');
if (failed)
  for (const service of services) {
    const log = await compose(['logs', '--tail', '5', service], { mayFail: true });
    say(log.out.slice(-1_500));
  }
if (write) writeFileSync(write, (await page(lines, without)).replaceAll(adminToken, '…'));
process.exit(failed ? 1 : 0);
