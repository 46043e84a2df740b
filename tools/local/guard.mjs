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

/** A program starts when the line comes; without it, because this process was killed, it never does. */
const whenTold = 'read -r line && exec "$@" </dev/null';

/**
 * Starts a program that leads a process group of its own and does not outlive this process. The guardian knows the group before the program begins: a
 * kill -9 in between leaves nothing running. Groups of rank 0 are ended last. A program that is not there ends with 127.
 */
export const spawnGuarded = (command, args, { output, ...options }, rank = 0) => {
  if (!guardian) launch();
  const child = spawn('/bin/sh', ['-c', whenTold, 'sh', command, ...args], { ...options, stdio: ['pipe', output, output], detached: true });
  child.stdin?.on('error', () => {});
  if (child.pid) {
    groups.set(child.pid, rank);
    if (guardian) write({ add: child.pid, rank });
    else launch();
    child.stdin.end('start\n');
  }
  return child;
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
