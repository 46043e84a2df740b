// Process groups that must not outlive this process. One guardian process (guardian.mjs) holds the other end of a pipe and ends them when it closes.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('guardian.mjs', import.meta.url));
const groups = new Map();
let guardian = null;

const write = (message) => {
  if (guardian?.stdin.writable) guardian.stdin.write(`${JSON.stringify(message)}\n`);
};

const launch = () => {
  // A session of its own: what ends the terminal or our process group does not end it.
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  guardian = child;
  child.stdin.on('error', () => {});
  child.on('error', () => {
    if (guardian === child) guardian = null;
  });
  child.on('exit', () => {
    if (guardian !== child) return;
    guardian = null;
    if (groups.size > 0) launch();
  });
  child.unref();
  child.stdin.unref();
  for (const [add, rank] of groups) write({ add, rank });
};

/** Called before a group is started: the guardian needs some milliseconds, and a kill in between would leave the group running. */
export const startGuardian = () => {
  if (!guardian) launch();
};

/** `pid` leads a process group of its own (spawned with `detached`). Groups of rank 0 are ended last. */
export const guard = (pid, rank = 0) => {
  groups.set(pid, rank);
  if (guardian) write({ add: pid, rank });
  else launch();
};
export const unguard = (pid) => {
  groups.delete(pid);
  write({ remove: pid });
};

/** Signals a process group; false when it is gone. */
export const signalGroup = (pid, signal) => {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
};
