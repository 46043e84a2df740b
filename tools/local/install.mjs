import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, run } from './commands.mjs';
import { CliError, say, step } from './console.mjs';
import { takeLock } from './folder-lock.mjs';
import { missingPackage } from './packages-check.mjs';

/** Time for the registry to answer one small question, s. Without a network that is what a start takes to say so. */
const probeSeconds = 8;
/** One request of npm may take, ms: a network that goes away during the installation ends it. */
const fetchMs = 30_000;
/** Pause between looks whether another start has finished, ms. */
const lookMs = 500;

/** Settings of `npm start -w …` or of a production environment that would install only a part, or elsewhere. */
const notInherited = [
  'workspace',
  'workspaces',
  'include_workspace_root',
  'omit',
  'only',
  'production',
  'global',
  'prefix',
  'local_prefix',
  'dry_run',
  'package_lock_only',
  'install_links',
  'ignore_scripts',
];
const wholeInstallation = { NODE_ENV: 'development', ...Object.fromEntries(notInherited.map((name) => [`npm_config_${name}`, undefined])) };
const npm = (args, options) => run('npm', args, { quiet: true, env: wholeInstallation, ...options });

/** Runs `work` while no other process installs or builds in `folder`. */
export const whileAlone = async (folder, work) => {
  const place = join(folder, '.prepare/lock');
  let taken = takeLock(place);
  if (taken.state === 'elsewhere') taken = takeLock(place, { force: true });
  if (!taken.lock) say(`• process ${taken.holder.pid} installs or builds here; waiting for it`);
  while (!taken.lock) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    taken = takeLock(place);
  }
  try {
    return await work();
  } finally {
    taken.lock.release();
  }
};

/** The folders of the workspaces, as the lock names them. */
const workspacesOf = (lock) => Object.keys(lock.packages).filter((path) => path !== '' && !path.includes('node_modules'));
/** Every node_modules of an installation: of the root, and of workspaces that need another version of something. */
const modulesIn = (folder, lock) =>
  ['', ...workspacesOf(lock)].map((path) => join(path, 'node_modules')).filter((path) => existsSync(join(folder, path)));

const stage = (folder, staging, lock) => {
  rmSync(staging, { recursive: true, force: true });
  for (const path of [
    'package.json',
    'package-lock.json',
    '.npmrc',
    ...workspacesOf(lock).map((workspace) => join(workspace, 'package.json')),
  ]) {
    if (!existsSync(join(folder, path))) continue;
    mkdirSync(join(staging, dirname(path)), { recursive: true });
    copyFileSync(join(folder, path), join(staging, path));
  }
};

/** Puts what was installed beside into its place. After a crash in between, the next start does the same again. */
const swap = (folder, staging, old, lock) => {
  for (const path of modulesIn(folder, lock)) {
    if (!existsSync(join(staging, path)) && path === 'node_modules') continue;
    mkdirSync(join(old, dirname(path)), { recursive: true });
    if (existsSync(join(old, path))) rmSync(join(old, path), { recursive: true });
    renameSync(join(folder, path), join(old, path));
  }
  for (const path of modulesIn(staging, lock)) renameSync(join(staging, path), join(folder, path));
};

/** Whether the registry answers, asked through npm's own settings (proxy, registry, certificates). An answer that is an error is an answer. */
const registryAnswers = async (staging, lock) => {
  const named = Object.entries(lock.packages).find(
    ([path, { version, link, resolved }]) => path.startsWith('node_modules/') && version && !link && !resolved?.startsWith('file:'),
  );
  if (!named) return true;
  const name = named[0].slice('node_modules/'.length);
  const { code, output } = await npm(
    [
      'view',
      `${name}@${named[1].version}`,
      'version',
      '--prefer-online',
      '--fetch-retries=0',
      `--fetch-timeout=${(probeSeconds - 2) * 1_000}`,
    ],
    { cwd: staging, allowFailure: true, limitSeconds: probeSeconds },
  );
  return code === 0 || /\bE(401|403|404|5\d\d)\b/.test(output);
};

const installBeside = async (folder, staging, lock) => {
  stage(folder, staging, lock);
  const online = await registryAnswers(staging, lock);
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    // Not --prefer-offline: with a full cache npm then holds 1.2 GB instead of 0.7, and is no faster.
    ...(online ? [] : ['--offline']),
    '--fetch-retries=1',
    `--fetch-timeout=${fetchMs}`,
  ];
  const { code, output } = await npm(args, { cwd: staging, allowFailure: true });
  if (code === 0) return;
  throw new CliError(
    online
      ? `npm ci failed; node_modules is as it was.\n${output.slice(-2_000)}`
      : "Packages have to be installed, but the registry of npm does not answer (no network?), and they are not in npm's cache. node_modules is as it was. Try again with a network.",
  );
};

/** What an installation that was interrupted left: finished when it was complete, undone otherwise. */
const recover = (folder, { staging, old }, lock, lockText) => {
  if (existsSync(staging) && missingPackage(folder, lockText) && missingPackage(staging, lockText) === null)
    swap(folder, staging, old, lock);
  if (existsSync(old)) {
    for (const path of modulesIn(old, lock))
      if (!existsSync(join(folder, path)) && missingPackage(folder, lockText)) renameSync(join(old, path), join(folder, path));
  }
};

/**
 * Installs the packages of the lock when they are not there as the lock says. They are installed beside (`.prepare`) and put in place at the end, so a
 * node_modules that works stays until then. Throws a CliError at once when there is no network.
 */
export const installPackages = async (folder = root) => {
  const lockText = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (missingPackage(folder, lockText) === null) return;
  await whileAlone(folder, async () => {
    const lock = JSON.parse(lockText);
    const [staging, old] = ['staging', 'old'].map((name) => join(folder, '.prepare', name));
    recover(folder, { staging, old }, lock, lockText);
    const reason = missingPackage(folder, lockText);
    if (reason !== null) {
      await step(`installing packages (${reason}; npm ci, about a minute)`, async () => {
        await installBeside(folder, staging, lock);
        swap(folder, staging, old, lock);
      });
    }
    for (const name of readdirSync(join(folder, '.prepare')))
      if (name !== 'lock') rmSync(join(folder, '.prepare', name), { recursive: true, force: true });
  });
};

/** Installs a package of Debian; true when that could be tried and worked. */
export const installDebian = async (...packages) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = true;
  const bounded = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10'];
  const { code } = await step(`installing ${packages.join(', ')} (apt-get)`, async () => {
    await run('apt-get', [...bounded, 'update', '-qq'], { env, quiet, allowFailure: true });
    return run('apt-get', [...bounded, 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env, quiet, allowFailure: true });
  });
  return code === 0;
};
