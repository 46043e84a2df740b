import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { which } from '../local/commands.mjs';
import { clusterPrograms, programs } from './versions.mjs';

/** Where `npm run helm:tools` puts a pinned program; outside the checkout, so that the next clone finds it too. */
export const folderOf = (name) =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sunbeon', `${name}-${(programs[name] ?? clusterPrograms[name]).version}`);
/** The path of a program of versions.mjs, the pinned one first; null when there is none. */
export const findProgram = (name) => {
  const path = join(folderOf(name), name);
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return which(name);
  }
};
