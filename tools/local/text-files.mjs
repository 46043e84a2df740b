import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './commands.mjs';

/** Folders that .gitignore leaves out: those with a name, anywhere, and those with a path. */
const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
  .split('\n')
  .filter((line) => line.endsWith('/'));
const isIgnored = (path) => path === '.git' || ignored.some((folder) => `/${path}/`.endsWith(`/${folder}`));

/**
 * Files of the repository whose name ends with one of `endings`, as paths from its root. Works without git.
 * @type {(endings: string[], folder?: string) => string[]}
 */
export const filesOf = (endings, folder = '') =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (isIgnored(path)) return [];
      if (entry.isDirectory()) return filesOf(endings, path);
      return entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
    });
