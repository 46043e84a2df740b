// One holder of a folder at a time, whatever path leads to it. The lock is a file of a generation, `<n>.json`, made whole by link(2), which gives each
// number to one process only. The highest number counts. A holder that is gone is followed by the next number, so no two can take over from the same.
import { linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beginningOf, isAlive } from './process-identity.mjs';

/** Attempts while others take and give back the lock. */
const attempts = 50;

const generations = (folder) =>
  readdirSync(folder)
    .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
const readHolder = (file) => {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8'));
    return holder && typeof holder === 'object' ? holder : null;
  } catch (error) {
    if (error instanceof SyntaxError || error.code === 'ENOENT') return null;
    throw error;
  }
};
const stateOf = (holder) => {
  if (!holder || holder.released) return 'free';
  // The processes of another machine or container cannot be seen from here.
  if (holder.host !== hostname()) return 'elsewhere';
  return isAlive(holder) ? 'held' : 'stale';
};

/**
 * Takes the lock in `folder` (created if missing). Returns `{ holder, state }` of its holder ('held', 'elsewhere'), or `{ lock, before }`:
 * `before` is the last holder when it ended without giving the lock back. `force` takes it over from a holder elsewhere.
 */
export const takeLock = (folder, { force = false } = {}) => {
  mkdirSync(folder, { recursive: true });
  const mine = {
    pid: process.pid,
    began: beginningOf(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
    command: process.argv.join(' '),
    user: process.getuid?.(),
  };
  const temporary = join(folder, `${process.pid}-${Date.now()}.new`);
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const highest = generations(folder)[0] ?? 0;
      const holder = readHolder(join(folder, `${highest}.json`));
      const state = stateOf(holder);
      if (state === 'held' || (state === 'elsewhere' && !force)) return { holder, state };
      const file = join(folder, `${highest + 1}.json`);
      writeFileSync(temporary, JSON.stringify(mine));
      try {
        linkSync(temporary, file);
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
        continue;
      }
      // A number that was low enough to be tidied away in the meantime is no lock.
      if (generations(folder)[0] !== highest + 1) {
        rmSync(file, { force: true });
        continue;
      }
      for (const old of generations(folder)) if (old <= highest) rmSync(join(folder, `${old}.json`), { force: true });
      return { lock: lockOf(file, mine), before: state === 'stale' || state === 'elsewhere' ? holder : null };
    }
  } finally {
    rmSync(temporary, { force: true });
  }
  throw new Error(`the lock in ${folder} changes all the time`);
};

const lockOf = (file, mine) => {
  const write = (content) => {
    const temporary = `${file}.${process.pid}.new`;
    try {
      writeFileSync(temporary, JSON.stringify(content));
      renameSync(temporary, file);
      return true;
    } catch {
      // A full disk: the lock stays as it was, which still names this process.
      rmSync(temporary, { force: true });
      return false;
    }
  };
  return {
    /** Adds facts for the next holder (the children and their ids); false when they could not be written. */
    note: (facts) => write({ ...mine, ...facts }),
    release: () => {
      if (!write({ released: true })) rmSync(file, { force: true });
    },
  };
};
