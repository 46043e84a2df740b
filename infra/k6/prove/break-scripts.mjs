// Loaded into a service with --import: edits its Lua scripts when they are read. BROKEN_SCRIPTS: JSON [{ file, from, to }].
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const edits = JSON.parse(process.env.BROKEN_SCRIPTS ?? '[]');
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  const text = readFileSync(path, ...rest);
  if (typeof text !== 'string' || !String(path).endsWith('.lua')) return text;
  return edits
    .filter(({ file, from }) => String(path).endsWith(file) && text.includes(from))
    .reduce((broken, { file, from, to }) => {
      process.stderr.write(`broken: ${file}\n`);
      return broken.replaceAll(from, to);
    }, text);
};
syncBuiltinESMExports();
