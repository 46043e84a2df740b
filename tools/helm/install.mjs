// npm run helm:tools: builds the pinned helm and kubeconform with Go, once, into the user's cache (two minutes on two cores, 125 MB).
import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { run, which } from '../local/commands.mjs';
import { CliError, runMain, say } from '../local/console.mjs';
import { folderOf } from './programs.mjs';
import { programs } from './versions.mjs';

const isThere = (name) => {
  try {
    accessSync(join(folderOf(name), name));
    return true;
  } catch {
    return false;
  }
};
await runMain(async () => {
  for (const [name, { path, version }] of Object.entries(programs)) {
    if (isThere(name)) continue;
    if (!which('go')) throw new CliError(`Go is not installed. Install it, or put ${name} ${version} on PATH.`);
    say(`Building ${name} ${version}…`);
    await run('go', ['install', `${path}@${version}`], { quiet: true, env: { GOBIN: folderOf(name) } });
  }
  say(Object.keys(programs).map(folderOf).join('\n'));
});
