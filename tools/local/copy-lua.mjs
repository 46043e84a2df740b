import { copyLua } from './build.mjs';

copyLua();
