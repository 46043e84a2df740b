// After `tsc -b`: what tsc leaves out, the scripts and the commit of the build.
import { join } from 'node:path';
import { copyLua, writeCommit } from './build.mjs';
import { root } from './commands.mjs';

copyLua();
writeCommit(join(root, 'packages/runtime/dist/commit'));
