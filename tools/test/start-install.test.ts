import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fingerprint } from '../local/build.mjs';

const install = join(import.meta.dirname, '../local/install.mjs');
const base = mkdtempSync(join(tmpdir(), 'sunbeon-install-'));
const project = join(base, 'project');
const inProject = (...path: string[]): string => join(project, ...path);
const program = [
  '--input-type=module',
  '-e',
  `import { installPackages } from ${JSON.stringify(install)}; import { runMain } from ${JSON.stringify(join(import.meta.dirname, '../local/console.mjs'))}; await runMain(() => installPackages(process.argv[1]));`,
  project,
];
const options = {
  cwd: project,
  env: { ...process.env, NODE_OPTIONS: '', npm_config_registry: 'http://127.0.0.1:9/', npm_config_cache: join(base, 'cache') },
  encoding: 'utf8' as const,
};
const start = () => spawnSync(process.execPath, program, options);
const inode = (): number => statSync(inProject('node_modules')).ino;

/** A package of the project itself, so that npm needs no registry. */
const write = (version: string, scripts: Record<string, string> = {}): void => {
  mkdirSync(inProject('dependency'), { recursive: true });
  writeFileSync(inProject('dependency/package.json'), JSON.stringify({ name: 'dependency', version, scripts }));
  writeFileSync(
    inProject('package.json'),
    JSON.stringify({ name: 'project', version: '1.0.0', private: true, workspaces: ['dependency'], dependencies: { dependency: version } }),
  );
  writeFileSync(
    inProject('package-lock.json'),
    JSON.stringify({
      name: 'project',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'project', version: '1.0.0', workspaces: ['dependency'], dependencies: { dependency: version } },
        dependency: { version, ...(Object.keys(scripts).length > 0 ? { hasInstallScript: true } : {}) },
        'node_modules/dependency': { resolved: 'dependency', link: true },
      },
    }),
  );
};
beforeAll(() => {
  mkdirSync(project);
  write('1.0.0');
  const { status, stderr } = start();
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

it('a lock that is newer but the same changes nothing', () => {
  const before = inode();
  utimesSync(inProject('package-lock.json'), new Date(), new Date(Date.now() + 60_000));
  expect(start()).toMatchObject({ status: 0, stdout: '' });
  expect(inode()).toBe(before);
});

it('without a network the start reports it at once, ends with 1, and leaves node_modules as it was', () => {
  const text = readFileSync(inProject('package-lock.json'), 'utf8');
  const before = inode();
  const lock = JSON.parse(text) as { packages: Record<string, unknown> };
  lock.packages['node_modules/left-pad'] = {
    version: '1.3.0',
    integrity: 'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==',
  };
  lock.packages[''] = { ...(lock.packages[''] as object), dependencies: { dependency: '1.0.0', 'left-pad': '1.3.0' } };
  writeFileSync(inProject('package-lock.json'), JSON.stringify(lock));
  const manifest = readFileSync(inProject('package.json'), 'utf8');
  writeFileSync(
    inProject('package.json'),
    JSON.stringify({ ...(JSON.parse(manifest) as object), dependencies: { dependency: '1.0.0', 'left-pad': '1.3.0' } }),
  );
  const from = Date.now();
  const { status, stderr } = start();
  expect(status).toBe(1);
  expect(stderr).toMatch(/no network\?.*node_modules is as it was/s);
  expect(Date.now() - from).toBeLessThan(12_000);
  expect(inode()).toBe(before);
  writeFileSync(inProject('package-lock.json'), text);
  writeFileSync(inProject('package.json'), manifest);
});

it('an installation that was cut between its two renames is completed by the next start', () => {
  mkdirSync(inProject('.prepare/old'), { recursive: true });
  renameSync(inProject('node_modules'), inProject('.prepare/old/node_modules'));
  expect(start()).toMatchObject({ status: 0, stdout: '' });
  expect(existsSync(inProject('node_modules/dependency/package.json'))).toBe(true);
  expect(existsSync(inProject('.prepare/old'))).toBe(false);
});

/** Preloaded into the start: it stands still after each program that it started, as on a busy machine. */
const slowAfterSpawn = `
  import child from 'node:child_process';
  import { syncBuiltinESMExports } from 'node:module';
  const { spawn } = child;
  child.spawn = (...given) => {
    const started = spawn(...given);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
    return started;
  };
  syncBuiltinESMExports();`;

it('SIGTERM during the installation ends npm and what it runs, and leaves the old node_modules', async () => {
  const marker = join(base, 'marker');
  const before = inode();
  write('2.0.0');
  // npm itself is replaced by one that hangs like a slow network, with a child of its own.
  const bin = join(base, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nsleep 60 &\necho $! $$ > ${marker}.new; mv ${marker}.new ${marker}\nwait\n`, { mode: 0o755 });
  rmSync(inProject('node_modules/.package-lock.json'));
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
    rmSync(marker, { force: true });
    const child = spawn(process.execPath, program, {
      ...options,
      stdio: 'ignore',
      env: {
        ...options.env,
        PATH: `${bin}:${process.env['PATH']}`,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(slowAfterSpawn)}`,
      },
    });
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 20));
    const pids = readFileSync(marker, 'utf8').trim().split(' ').map(Number);
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = await gone;
    expect(code).toBe({ SIGTERM: 143, SIGHUP: 129, SIGKILL: null }[signal]);
    const alive = (pid: number): boolean =>
      spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })
        .stdout.trim()
        .replace('Z', '') !== '';
    const deadline = Date.now() + 4_000;
    while (pids.some(alive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pids.filter(alive)).toEqual([]);
  }
  expect(inode()).toBe(before);
});

it('a fingerprint goes by names and contents, not by time stamps', () => {
  const folder = mkdtempSync(join(base, 'sources-'));
  const file = join(folder, 'a.ts');
  writeFileSync(file, '1');
  const first = fingerprint(folder, [file]);
  utimesSync(file, new Date(0), new Date(0));
  expect(fingerprint(folder, [file])).toBe(first);
  writeFileSync(file, '2');
  utimesSync(file, new Date(0), new Date(0));
  expect(fingerprint(folder, [file])).not.toBe(first);
});
