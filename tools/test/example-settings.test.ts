import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'example-'));
  mkdirSync(join(folder, 'a #1%20'));
  writeFileSync(join(folder, 'a #1%20', 'secrets.json'), JSON.stringify({ adminToken: 'one,two', shopKeys: 'shop:the-secret' }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the example shops read, started in another folder than the repository's. */
const settingsWith = (dataFolder: string): unknown => {
  const program = `import { shopSettings } from ${JSON.stringify(new URL('../../examples/gate.mjs', import.meta.url).href)};
    console.log(JSON.stringify(shopSettings({ port: 3100 })));`;
  const env = { PATH: process.env['PATH'], SUNBEON_DATA_DIR: dataFolder };
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, env, encoding: 'utf8' }));
};

it('the example shops find what npm start made, in an absolute folder and in one that is relative to the repository', () => {
  const absolute = join(folder, 'a #1%20');
  for (const dataFolder of [absolute, relative(root, absolute)])
    expect([dataFolder, settingsWith(dataFolder)]).toEqual([
      dataFolder,
      expect.objectContaining({ adminToken: 'one', shopKey: 'the-secret' }),
    ]);
});
