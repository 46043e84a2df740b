import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './commands.mjs';
import { step } from './console.mjs';

/** Installs the packages of the lock when they are not there, or older than the lock. */
export const installPackages = async () => {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  await step('installing packages (npm ci, about a minute)', () => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true }));
};

/** Installs a package of Debian; true when that could be tried and worked. */
export const installDebian = async (...packages) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = true;
  const { code } = await step(`installing ${packages.join(', ')} (apt-get)`, async () => {
    await run('apt-get', ['update', '-qq'], { env, quiet, allowFailure: true });
    return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, quiet, allowFailure: true });
  });
  return code === 0;
};
