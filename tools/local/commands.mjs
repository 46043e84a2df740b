import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from './console.mjs';
import { isEnding, listen, onEnd } from './ending.mjs';
import { signalGroup, spawnGuarded, unguard } from './guard.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Time for a command to end by itself after SIGTERM, ms. */
const graceMs = 3_000;

/** The path of a program on PATH, or null. */
export const which = (name) => {
  for (const folder of (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin')) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return null;
};

/**
 * Runs a program to its end. `quiet`: its output is shown only when it fails; `limitSeconds`: it is ended then, which is a failure. It leads a process
 * group of its own that ends with this process, however this one ends. Throws a CliError on failure.
 */
export const run = (command, args, { quiet = false, env = {}, cwd = root, allowFailure = false, limitSeconds } = {}) =>
  new Promise((resolve, reject) => {
    listen();
    const child = spawnGuarded(command, args, { cwd, env: { ...process.env, ...env }, output: quiet ? 'pipe' : 'inherit' });
    child.on('error', (error) => reject(new CliError(`${command} could not be started: ${error.message}`)));
    if (!child.pid) return;
    const { pid } = child;
    const limit =
      limitSeconds &&
      setTimeout(() => {
        console.error(`${command} is ended: it took longer than ${limitSeconds} s`);
        signalGroup(pid, 'SIGKILL');
      }, limitSeconds * 1_000);
    const kill = () => signalGroup(pid, 'SIGKILL');
    const forget = onEnd(async () => {
      signalGroup(pid, 'SIGTERM');
      const deadline = Date.now() + graceMs;
      while (signalGroup(pid, 0) && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 25));
      kill();
    }, kill);
    let output = '';
    child.stdout?.on('data', (data) => {
      output += data;
    });
    child.stderr?.on('data', (data) => {
      output += data;
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      // While the program ends, its steps are still needed: members of the group may outlive their leader.
      if (isEnding()) return;
      forget();
      unguard(pid);
      if (code === 0 || allowFailure) return resolve({ code, output });
      if (quiet) console.error(output.slice(-4_000));
      reject(new CliError(`${command} ${args.join(' ')} ended with ${code}`));
    });
  });
