import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { root } from '../../tools/local/commands.mjs';
import { joinAs } from '../fixtures/client.ts';
import { freePort, until } from '../fixtures/stack.mjs';

/** `npm run dev` in a copy of the sources with the packages installed and nothing built. */
mkdirSync(join(root, 'test-results'), { recursive: true });
const copy = mkdtempSync(join(root, 'test-results', 'dev-'));
let gateway = '';
let page = '';
let starter: ChildProcess;
let output = '';

beforeAll(async () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  for (const file of files) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  // Hard links on the same disk: the links to the workspace's packages inside lead to the copy.
  for (const folder of ['', ...files.filter((file) => file.endsWith('/package.json')).map(dirname)])
    if (existsSync(join(root, folder, 'node_modules'))) execFileSync('cp', ['-al', join(root, folder, 'node_modules'), join(copy, folder)]);
  const env: Record<string, string> = {};
  for (const name of ['GATEWAY', 'QUEUE', 'ADMISSION', 'PURCHASE', 'WEB']) env[`${name}_PORT`] = String(await freePort());
  gateway = `http://127.0.0.1:${env['GATEWAY_PORT']}`;
  page = `http://127.0.0.1:${env['WEB_PORT']}`;
  starter = spawn('npm', ['run', 'dev', '--silent', '--', '--own-redis'], {
    cwd: copy,
    env: { ...process.env, NODE_OPTIONS: '', TEST_BUILT: '', SUNBEON_DATA_DIR: join(copy, '.data'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [starter.stdout!, starter.stderr!])
    stream.on('data', (text) => {
      output += String(text);
    });
  await until('Sunbeon to run', async () => output.includes('Sunbeon is running') || starter.exitCode !== null, 90_000);
  if (!output.includes('Sunbeon is running')) throw new Error(output);
}, 120_000);
afterAll(async () => {
  if (starter?.exitCode === null) {
    starter.kill('SIGINT');
    await once(starter, 'close');
  }
  rmSync(copy, { recursive: true, force: true });
}, 30_000);

const edit = (file: string, from: string, to: string): void => {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
};
const seen = (what: string, look: () => Promise<boolean>) => until(what, () => look().catch(() => false), 15_000);

it('npm run dev runs from the sources alone, and a changed service, script, client and page are taken in', async () => {
  const visitor = await joinAs('concert_2025', gateway);
  const status = async () => (await visitor.place()).status;
  const html = async (path: string) => (await fetch(`${page}${path}`)).text();
  expect(await status()).toBe(200);
  expect(await html('/sales/concert_2025')).toContain('data-state');

  const view = 'visitorView(saleId, visitorId, seq, place, sale)';
  edit('services/queue/src/routes/get-place.ts', view, `{ ...${view}, pollAfterMs: 4_321 }`);
  await seen('the changed service', async () => (await visitor.place()).body.pollAfterMs === 4_321);
  edit(
    'services/queue/src/scripts/read-places.lua',
    'local status, phase, order = status_of(KEYS[1])',
    'if true then return {} end\nlocal status',
  );
  await seen('the changed script', async () => (await status()) === 404);
  edit('web/app/layout.tsx', '<body', '<body data-changed="1"');
  await seen('the changed page', async () => (await html('/')).includes('data-changed="1"'));
  edit('packages/client/src/client.ts', '/** ', "throw new Error('changed');\n/** ");
  await seen('the changed client', async () => (await fetch(page)).status === 500);
}, 90_000);
