// npm run release -- 0.2.0: sets the version of all workspaces and moves the change notes into CHANGELOG.md. It commits, tags and publishes nothing.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNotes, releaseChangelog, withVersion } from './change-notes.mjs';
import { root, run } from './commands.mjs';
import { CliError, runMain, say } from './console.mjs';

const notesFolder = join(root, '.changeset');
const edit = (file, change) => writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')));

await runMain(async () => {
  const [version] = process.argv.slice(2);
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '')) throw new CliError('Type:  npm run release -- 0.2.0');
  const { version: from } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const notes = readNotes(notesFolder);
  edit('CHANGELOG.md', (text) => releaseChangelog(text, notes, version, new Date().toISOString().slice(0, 10)));
  for (const { name } of notes) rmSync(join(notesFolder, name));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const workspaces = Object.keys(packages).filter((path) => !path.includes('node_modules'));
  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}`);
  const shops = examples.filter((path) => existsSync(join(root, path, 'package.json')));
  for (const path of [...workspaces, ...shops]) edit(join(path, 'package.json'), (text) => withVersion(text, from, version));
  edit('infra/helm/sunbeon/Chart.yaml', (text) => text.replaceAll(/^((?:appV|v)ersion): .+$/gm, `$1: ${version}`));
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], { quiet: true });
  say(
    `Version ${version}: CHANGELOG.md has what was under Unreleased and in .changeset (notes: ${notes.length}). Read it, commit, then: git tag v${version} && git push origin main v${version}`,
  );
});
