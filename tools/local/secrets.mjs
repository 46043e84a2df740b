import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './console.mjs';

/** Name in the file → what it must look like; the same as services ask of the setting. */
const fields = {
  tokenSecret: { pattern: /^[^,]{32,}(,[^,]{32,})*$/, needs: 'at least 32 characters' },
  adminToken: { pattern: /^[\w.~+/=-]{16,}(,[\w.~+/=-]{16,})*$/, needs: 'at least 16 of A-Z a-z 0-9 _ . ~ + / = -' },
};

const refuse = (file, what) => {
  throw new CliError(
    `${file} ${what}. It holds the keys that sign places and the operator's token. Put a good copy of it back; or, if no place of a visitor has to be kept, delete it, and npm start makes a new one.`,
  );
};

/** The whole file is there, or none of it: also after a crash or on a full disk. */
const writeWhole = (file, text) => {
  const temporary = `${file}.${process.pid}.new`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new CliError(
      error.code === 'ENOSPC'
        ? `The disk is full: ${file} could not be written. Make room and try again.`
        : `${file} could not be written (${error.code}). Let this user write there, or choose another folder with SUNBEON_DATA_DIR=….`,
    );
  }
};

const readSecrets = (file) => {
  let text;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    return refuse(file, error.code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read (${error.code}); let this user read it`);
  }
  if (text.trim() === '') return refuse(file, 'is empty');
  let secrets;
  try {
    secrets = JSON.parse(text);
  } catch {
    return refuse(file, 'is not valid JSON');
  }
  for (const [name, { pattern, needs }] of Object.entries(fields)) {
    if (typeof secrets?.[name] !== 'string') return refuse(file, `has no ${name}`);
    if (!pattern.test(secrets[name])) return refuse(file, `has a ${name} that is not ${needs}`);
  }
  return secrets;
};

/** Secrets for local use, made once and kept with the data, readable by their owner only. The environment wins. Throws a CliError that says what to do. */
export const localSecrets = (dataFolder, env = process.env) => {
  if (env.TOKEN_SECRET && env.ADMIN_TOKEN) return { TOKEN_SECRET: env.TOKEN_SECRET, ADMIN_TOKEN: env.ADMIN_TOKEN };
  const file = join(dataFolder, 'secrets.json');
  let secrets = readSecrets(file);
  if (!secrets) {
    secrets = { tokenSecret: randomBytes(32).toString('base64url'), adminToken: randomBytes(24).toString('base64url') };
    writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`);
  }
  return { TOKEN_SECRET: env.TOKEN_SECRET || secrets.tokenSecret, ADMIN_TOKEN: env.ADMIN_TOKEN || secrets.adminToken };
};
