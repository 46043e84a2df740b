import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
};
const libc = process.platform === 'linux' ? (process.report?.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl') : null;
const allows = (list, value) =>
  !list || list.includes('any') || (list.some((entry) => !entry.startsWith('!')) ? list.includes(value) : !list.includes(`!${value}`));

/** Whether npm installs a package here: it names systems, processors and C libraries. */
const fitsHere = ({ os, cpu, libc: libcs }) => allows(os, process.platform) && allows(cpu, process.arch) && (!libc || allows(libcs, libc));

/** npm leaves an optional package out when it is for another machine, or when its own dependency was. */
const mayBeMissing = (entry) => Boolean(entry.optional || entry.peer) && !((entry.os || entry.cpu) && fitsHere(entry));

/**
 * What keeps `folder` from having exactly the packages of the text of a package-lock.json, by content, never by time stamps; null when nothing does.
 * Compares the lock with the one that npm keeps inside node_modules, and both with the packages that are there.
 */
export const missingPackage = (folder, lockText) => {
  const wanted = JSON.parse(lockText).packages ?? {};
  const installed = readJson(join(folder, 'node_modules/.package-lock.json'))?.packages;
  if (!installed) return 'node_modules is not complete';
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue;
    const there = installed[path];
    if (!there) {
      if (!mayBeMissing(entry)) return `${path} is not installed`;
      continue;
    }
    if (there.version !== entry.version || there.integrity !== entry.integrity || Boolean(there.link) !== Boolean(entry.link))
      return `${path} is another version`;
    if (entry.link) {
      if (!existsSync(join(folder, path))) return `${path} is missing`;
      continue;
    }
    // Its version is not compared: some packages are published with another one inside.
    if (!readJson(join(folder, path, 'package.json'))) return `${path} is damaged`;
  }
  const foreign = Object.keys(installed).find((path) => path.includes('node_modules/') && !(path in wanted));
  return foreign ? `${foreign} is not in the lock` : null;
};
