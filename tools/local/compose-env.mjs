// npm run compose:env: makes .env from .env.example, with secrets of its own. What is set stays as it is.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './commands.mjs';
import { say } from './console.mjs';
import { isSecretOf, newSecretOf } from './secrets.mjs';

const file = join(root, '.env');
const set = (text) => new Map([...text.matchAll(/^([A-Z0-9_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]));
const present = existsSync(file) ? set(readFileSync(file, 'utf8')) : new Map();
const made = [];
const example = readFileSync(join(root, '.env.example'), 'utf8');
const text = example.replace(/^([A-Z0-9_]+)=(.*)$/gm, (_, name, standard) => {
  if (present.has(name)) return `${name}=${present.get(name)}`;
  if (!isSecretOf(name, standard)) return `${name}=${standard}`;
  made.push(name);
  return `${name}=${newSecretOf(name)}`;
});
const others = [...present].filter(([name]) => !set(example.replace(/=$/gm, '=x')).has(name)).map(([name, value]) => `${name}=${value}\n`);
// The mode of a write is that of a new file only; one that is there is closed to others before secrets are in it.
let isOpen = false;
try {
  if (existsSync(file)) chmodSync(file, 0o600);
} catch {
  // The file is somebody else's.
  isOpen = true;
}
writeFileSync(file, text + others.join(''), { mode: 0o600 });
say(
  made.length === 0
    ? '.env is complete already.'
    : `.env now has ${made.join(', ')}${isOpen ? '. The file is not yours: look who can read it.' : '; nobody but you can read it.'}`,
);
