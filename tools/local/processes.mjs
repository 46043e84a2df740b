import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './commands.mjs';
import { CliError, say } from './console.mjs';
import { signalGroup, spawnGuarded, unguard } from './guard.mjs';
import { createLogFile } from './log-file.mjs';
import { beginningOf } from './process-identity.mjs';

/** Longest pause before a process that keeps ending is started again, ms. */
const longestPauseMs = 15_000;
/** Time for a process to stop by itself, ms. */
const graceMs = 12_000;
/** Pause between looks whether a start may go on (a disk with space again), ms. */
const lookMs = 500;
/** A request that asks a process whether it is ready may take, ms. */
const askMs = 2_000;
const levels = { warn: 'warning', error: 'error', fatal: 'fatal' };
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The part of a log line for the console; null for most lines. */
const notable = (line) => {
  if (/No space left on device/.test(line)) return 'the disk is full';
  try {
    const { level, msg, reason, err } = JSON.parse(line);
    const why = [reason, err?.message].filter(Boolean).join('; ');
    return Object.hasOwn(levels, level) ? `${levels[level]}: ${msg}${why ? ` (${why})` : ''}` : null;
  } catch {
    // Not a line of our log: it is in the file.
    return null;
  }
};

/**
 * Child processes of `npm start`: logs to files, warnings to the console, one that ends is reported and started again, and all are stopped in reverse
 * order. Each leads a process group that ends with this process, also after kill -9. `onChange` gets `{ name, pid, began }` of those that run.
 */
export const createProcesses = (logFolder, onChange = () => {}) => {
  mkdirSync(logFolder, { recursive: true });
  const all = [];
  let stopping = false;
  const changed = () => onChange(all.flatMap(({ name, child, began }) => (child ? [{ name, pid: child.pid, began }] : [])));

  const launch = (entry) => {
    const { name, command, args, env } = entry;
    const startedAt = Date.now();
    const ended = async (how) => {
      if (entry.child?.pid) unguard(entry.child.pid);
      entry.child = null;
      if (stopping) return;
      changed();
      entry.deaths = Date.now() - startedAt > 60_000 ? 1 : entry.deaths + 1;
      const pause = Math.min(longestPauseMs, 500 * 2 ** (entry.deaths - 1));
      say(`  ${name} ended (${how}); it is started again in ${pause} ms. Its log: ${join(logFolder, `${name}.log`)}`);
      await wait(pause);
      const reason = entry.blocked?.();
      if (reason) say(`  ${name}: ${reason}; it is started again when that has changed`);
      while (!stopping && entry.blocked?.()) await wait(lookMs);
      if (!stopping) launch(entry);
    };
    let child;
    try {
      // A process group of its own: Ctrl-C reaches only us, and we stop the children in order.
      child = spawnGuarded(command, args, { cwd: root, env: { ...process.env, ...env }, output: 'pipe' }, entry.rank);
    } catch (error) {
      void ended(error.message);
      return;
    }
    child.on('error', (error) => {
      if (!child.pid) void ended(error.message);
    });
    child.on('exit', (code, signal) => void ended(signal ?? code));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('error', () => {});
      createInterface({ input: stream }).on('line', (line) => {
        entry.log.write(line);
        entry.lastLine = line;
        const text = notable(line);
        if (text && !stopping) say(`  ${name}: ${text}`);
      });
    }
    if (!child.pid) return;
    entry.child = child;
    entry.began = beginningOf(child.pid);
    changed();
  };

  /** `rank`: a process of a higher rank is stopped first; `blocked`: reason why a start would fail now, or null. */
  const start = (name, command, args, env = {}, { rank = 0, blocked } = {}) => {
    const log = createLogFile(join(logFolder, `${name}.log`), (text) => say(`  ${name}: ${text}`));
    const entry = { name, command, args, env, rank, blocked, log, child: null, began: '', deaths: 0, lastLine: '' };
    all.push(entry);
    launch(entry);
    return entry;
  };

  const stopOne = async (entry) => {
    const pid = entry.child?.pid;
    if (!pid) return;
    signalGroup(pid, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (entry.child && Date.now() < deadline) await wait(25);
    signalGroup(pid, 'SIGKILL');
  };

  return {
    start,
    /** Waits until `url` answers 2xx. Throws a CliError when the process keeps ending or the time is over. */
    ready: async (entry, url, limitMs = 60_000) => {
      const deadline = Date.now() + limitMs;
      for (;;) {
        const ok = await fetch(url, { signal: AbortSignal.timeout(askMs) }).then(
          (response) => response.ok,
          () => false,
        );
        if (ok) return;
        if (entry.deaths > 2 || Date.now() > deadline)
          throw new CliError(`${entry.name} does not get ready; see ${join(logFolder, `${entry.name}.log`)}\n  ${entry.lastLine}`);
        await wait(100);
      }
    },
    /** The highest rank first; the processes of a rank together. */
    stop: async () => {
      stopping = true;
      for (const rank of [...new Set(all.map((entry) => entry.rank))].sort((a, b) => b - a))
        await Promise.all(all.filter((entry) => entry.rank === rank).map(stopOne));
    },
    killAll: () => {
      stopping = true;
      for (const { child } of all) if (child?.pid) signalGroup(child.pid, 'SIGKILL');
    },
  };
};
