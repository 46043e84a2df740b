import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** Size of a log after which it is moved to `<name>.1`, bytes; two of them are kept for each process. */
const longestBytes = 20_000_000;
/** Pause between attempts to write again after a failure, ms. */
const pauseMs = 1_000;

/** Appends lines to a file. A failure (a full disk, a file that is gone) loses lines, counts them, and is told once; it never throws. */
export const createLogFile = (path, tell, limitBytes = longestBytes) => {
  let file = null;
  let size = 0;
  let lost = 0;
  let failedAt = 0;
  const open = () => {
    file = openSync(path, 'a', 0o600);
    ({ size } = fstatSync(file));
  };
  const close = () => {
    const old = file;
    file = null;
    if (old !== null) closeSync(old);
  };
  const append = (text) => {
    if (file === null) open();
    if (size > limitBytes) {
      close();
      renameSync(path, `${path}.1`);
      open();
    }
    size += writeSync(file, text);
  };
  const write = (line) => {
    if (lost > 0 && Date.now() - failedAt < pauseMs) {
      lost += 1;
      return;
    }
    try {
      append(lost > 0 ? `${lost} lines could not be written\n${line}\n` : `${line}\n`);
      lost = 0;
    } catch (error) {
      if (lost === 0)
        tell(
          error.code === 'ENOSPC'
            ? 'the disk is full: its log is not written until there is space'
            : `its log cannot be written (${error.message})`,
        );
      lost += 1;
      failedAt = Date.now();
      try {
        close();
      } catch {
        // The descriptor is gone either way.
      }
    }
  };
  return { write };
};
