import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './commands.mjs';
import { Refusal, say } from './console.mjs';

/** Longest pause before a process that keeps dying is started again, ms. */
const longestPauseMs = 15_000;
/** Time for a process to stop by itself, ms. */
const graceMs = 12_000;
const levels = { 40: 'warning', 50: 'error', 60: 'fatal' };

/**
 * Child processes of `npm start`: logs to files, warnings to the console, one that dies is said and started again, and all are stopped in
 * reverse order.
 */
export const createProcesses = (logFolder) => {
  mkdirSync(logFolder, { recursive: true });
  const all = [];
  let stopping = false;

  const tell = (name, line) => {
    try {
      const { level, msg, err } = JSON.parse(line);
      if (level in levels) say(`  ${name}: ${levels[level]}: ${msg}${err?.message ? ` (${err.message})` : typeof err === 'string' ? ` (${err})` : ''}`);
    } catch {
      // Not a line of our log: it is in the file.
    }
  };

  const start = (name, command, args, env = {}) => {
    const entry = { name, child: null, deaths: 0 };
    const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' });
    const launch = () => {
      // An own process group: Ctrl-C reaches only us, and we stop the children in order.
      const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      entry.child = child;
      const startedAt = Date.now();
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          log.write(`${line}\n`);
          tell(name, line);
        });
      }
      child.on('error', (error) => say(`  ${name} could not be started: ${error.message}`));
      child.on('exit', (code, signal) => {
        entry.child = null;
        if (stopping) return;
        entry.deaths = Date.now() - startedAt > 60_000 ? 1 : entry.deaths + 1;
        const pause = Math.min(longestPauseMs, 500 * 2 ** (entry.deaths - 1));
        say(`  ${name} ended (${signal ?? code}); starting it again in ${pause} ms. Its log: ${join(logFolder, `${name}.log`)}`);
        setTimeout(() => { if (!stopping) launch(); }, pause);
      });
    };
    launch();
    all.push(entry);
    return entry;
  };

  const stopOne = (entry) =>
    new Promise((resolve) => {
      const { child } = entry;
      if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
      const hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.once('exit', () => { clearTimeout(hard); resolve(); });
      child.kill('SIGTERM');
    });

  return {
    start,
    /** Waits until `url` answers 2xx. Throws a Refusal when the process keeps dying or the time is over. */
    ready: async (entry, url, limitMs = 30_000) => {
      const deadline = Date.now() + limitMs;
      for (;;) {
        const ok = await fetch(url).then((response) => response.ok, () => false);
        if (ok) return;
        if (entry.deaths > 2 || Date.now() > deadline) throw new Refusal(`${entry.name} does not get ready; see ${join(logFolder, `${entry.name}.log`)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    /** In groups, the last one started first; the members of a group together. */
    stop: async (groups) => {
      stopping = true;
      for (const names of groups) await Promise.all(all.filter(({ name }) => names.includes(name)).map(stopOne));
    },
    killAll: () => {
      stopping = true;
      for (const { child } of all) child?.kill('SIGKILL');
    },
  };
};
