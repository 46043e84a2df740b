import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from '../local/commands.mjs';

const startOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { scripts: { start: string } }).scripts.start;

it.each(['.', 'services/gateway', 'services/queue', 'services/admission', 'services/purchase', 'web'])(
  'npm start in %s replaces its shell, which would keep signals to itself',
  (folder) => {
    expect(startOf(folder)).toMatch(/^exec node [\w./-]+\.mjs( \w+)?$/);
  },
);

it('SIGTERM to an npm start of that form reaches the process, and npm waits for its orderly end, as docker stop does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-signal-'));
  writeFileSync(
    join(folder, 'start.mjs'),
    "process.on('SIGTERM', () => setTimeout(() => { console.log('ended in order'); process.exit(0); }, 300)); setInterval(() => {}, 1_000); console.log('up');",
  );
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'signal', version: '1.0.0', scripts: { start: 'exec node start.mjs' } }),
  );
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  const up = new Promise<void>((resolve) =>
    npm.stdout.on('data', (data) => {
      output += String(data);
      if (output.includes('up')) resolve();
    }),
  );
  await up;
  npm.kill('SIGTERM');
  await once(npm, 'close');
  expect(output).toContain('ended in order');
  rmSync(folder, { recursive: true, force: true });
});
