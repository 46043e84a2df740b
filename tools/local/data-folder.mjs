import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, say } from './console.mjs';
import { takeLock } from './folder-lock.mjs';
import { signalGroup } from './guard.mjs';
import { isAlive } from './process-identity.mjs';

/** Time for processes of an earlier start to end in order before they are killed, ms. */
const graceMs = 15_000;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Signals each process' group (every child leads one), or the process alone. */
const send = (processes, signal) => {
  for (const { pid } of processes) {
    if (signalGroup(pid, signal)) continue;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error.code === 'EPERM') throw new CliError(`Process ${pid} belongs to another user; that user has to stop it.`);
    }
  }
};

/** Ends processes whose identity (id and start time) matches the recorded one. */
const endProcesses = async (processes) => {
  const alive = () => processes.filter(isAlive);
  send(alive(), 'SIGTERM');
  for (const deadline = Date.now() + graceMs; alive().length > 0 && Date.now() < deadline;) await wait(50);
  send(alive(), 'SIGKILL');
  for (const deadline = Date.now() + graceMs; alive().length > 0;) {
    if (Date.now() > deadline) throw new CliError(`Process ${alive()[0].pid} cannot be ended.`);
    await wait(50);
  }
};

const describe = ({ pid, since, command, host, user }) =>
  `process ${pid}${host ? ` on ${host}` : ''}${user === undefined || user === process.getuid?.() ? '' : ` of user ${user}`}, since ${since} (${command})`;

const refusal = (folder, { holder, state }) =>
  new CliError(
    state === 'held'
      ? `The data folder ${folder} is in use by ${describe(holder)}. Two on one folder would destroy its data.\nStop that one (kill ${holder.pid}), let this start stop it (npm start -- --replace), or use another folder (SUNBEON_DATA_DIR=…).`
      : `The data folder ${folder} was last used by ${describe(holder)}, which cannot be seen from this machine. If it has ended: npm start -- --replace. Else use another folder (SUNBEON_DATA_DIR=…).`,
  );

const failure = (folder, error) => {
  const reason =
    error.code === 'ENOSPC' ? 'the disk is full' : error.code === 'ENOTDIR' || error.code === 'EEXIST' ? 'it is not a folder' : error.code;
  return new CliError(
    `The data folder ${folder} cannot be used: ${reason}. Make it writable for this user, or choose another one with SUNBEON_DATA_DIR=….`,
  );
};

/**
 * Makes the data folder when it is not there and takes its lock. Ends what an earlier start left running, and with `replace` also that start.
 * Throws a CliError that names who holds the folder. Returns its real path and the lock.
 */
export const openDataFolder = async (wanted, { replace = false } = {}) => {
  let folder;
  let taken;
  const take = () => {
    try {
      mkdirSync(wanted, { recursive: true });
      folder = realpathSync(wanted);
      accessSync(folder, constants.W_OK | constants.X_OK);
      taken = takeLock(join(folder, 'lock'), { force: replace });
    } catch (error) {
      throw error.code ? failure(wanted, error) : error;
    }
  };
  take();
  if (taken.state === 'held' && replace) {
    say(`• stopping the earlier start: ${describe(taken.holder)}`);
    await endProcesses([taken.holder]);
    take();
  }
  if (!taken.lock) throw refusal(folder, taken);
  const left = (taken.before?.children ?? []).filter(isAlive);
  if (left.length > 0) {
    say(
      `• an earlier start (process ${taken.before.pid}, since ${taken.before.since}) left ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')} running: ending them`,
    );
    taken.lock.note({ children: left });
    await endProcesses(left);
  }
  return { folder, lock: taken.lock };
};
