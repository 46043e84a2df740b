import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const read = (path) => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};
const boot = read('/proc/sys/kernel/random/boot_id');

/**
 * When a process began, as text that no other process with the same id has; '' when there is none, or only a zombie. Linux: the boot and the clock
 * ticks since then; elsewhere what `ps` says.
 */
export const beginningOf = (pid) => {
  if (process.platform === 'linux') {
    // The name in parentheses may hold spaces; the state follows it, the beginning is 19 fields after the state.
    const fields = /\)\s+(.*)$/s.exec(read(`/proc/${pid}/stat`))?.[1].split(' ');
    return !fields || fields[0] === 'Z' || fields[0] === 'X' ? '' : `${boot}/${fields[19]}`;
  }
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') ? '' : started.join(' ');
  } catch {
    return '';
  }
};

/** `{ pid, began }` as it was written down: is it still that process? */
export const isAlive = ({ pid, began }) => Number.isInteger(pid) && pid > 0 && began !== '' && beginningOf(pid) === began;
