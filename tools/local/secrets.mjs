import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './console.mjs';

/** A key that signs passes: Ed25519, PKCS #8 in base64. */
export const newPassKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** A secret of .env, by its name there. */
export const newSecretOf = (name) => {
  if (name === 'PASS_KEYS') return newPassKey();
  const secret = randomBytes(24).toString('hex');
  return name === 'SHOP_KEYS' ? `shop:${secret}` : secret;
};
/** Whether compose needs a secret of this name; that of a login provider's client is the provider's to make. */
export const isSecretOf = (name, standard) => standard === '' && !/^OIDC_/.test(name) && /SECRET|TOKEN|PASSWORD|KEYS/.test(name);

/**
 * Name in the file → the setting, what it must look like (the same as services ask of the setting), and a new one. `added`: a file of an older version
 * has none, and gets one.
 */
const fields = {
  tokenSecret: {
    setting: 'TOKEN_SECRET',
    pattern: /^[^,]{32,}(,[^,]{32,})*$/,
    needs: 'at least 32 characters',
    make: () => randomBytes(32).toString('base64url'),
  },
  adminToken: {
    setting: 'ADMIN_TOKEN',
    pattern: /^[\w.~+/=-]{16,}(,[\w.~+/=-]{16,})*$/,
    needs: 'at least 16 of A-Z a-z 0-9 _ . ~ + / = -',
    make: () => randomBytes(24).toString('base64url'),
  },
  shopKeys: {
    setting: 'SHOP_KEYS',
    pattern: /^[a-z0-9-]{1,32}:[\w.~+/=-]{32,}(,[a-z0-9-]{1,32}:[\w.~+/=-]{32,})*$/,
    needs: '<name>:<secret>, the secret at least 32 of A-Z a-z 0-9 _ . ~ + / = -',
    make: () => `shop:${randomBytes(24).toString('base64url')}`,
    added: true,
  },
  memberSecret: {
    setting: 'MEMBER_SECRET',
    pattern: /^[^,]{32,}$/,
    needs: 'at least 32 characters without a comma',
    make: () => randomBytes(32).toString('base64url'),
    added: true,
  },
  passKeys: {
    setting: 'PASS_KEYS',
    pattern: /^[\w+/=]{60,}(,[\w+/=]{60,})*$/,
    needs: 'an Ed25519 private key, PKCS #8 in base64',
    make: newPassKey,
    added: true,
  },
};
const namesOf = Object.keys(fields);

const refuse = (file, what) => {
  throw new CliError(
    `${file} ${what}. It holds the keys that sign places and the operator's token. Put a good copy of it back; or, if no place of a visitor has to be kept, delete it, and npm start makes a new one.`,
  );
};

/** Writes atomically: the file is complete or absent, also after a crash or on a full disk. */
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
  for (const [name, { pattern, needs, added }] of Object.entries(fields)) {
    if (added && secrets?.[name] === undefined) continue;
    if (typeof secrets?.[name] !== 'string') return refuse(file, `has no ${name}`);
    if (!pattern.test(secrets[name])) return refuse(file, `has a ${name} that is not ${needs}`);
  }
  return secrets;
};

/** Secrets for local use, made once and kept with the data, readable by their owner only. The environment wins. Throws a CliError that says what to do. */
export const localSecrets = (dataFolder, env = process.env) => {
  const settings = (secrets) =>
    Object.fromEntries(namesOf.map((name) => [fields[name].setting, env[fields[name].setting] || secrets[name]]));
  if (namesOf.every((name) => env[fields[name].setting])) return settings({});
  const file = join(dataFolder, 'secrets.json');
  const kept = readSecrets(file) ?? {};
  const secrets = Object.fromEntries(namesOf.map((name) => [name, kept[name] ?? fields[name].make()]));
  if (namesOf.some((name) => kept[name] === undefined)) writeWhole(file, `${JSON.stringify({ ...kept, ...secrets }, null, 2)}\n`);
  return settings(secrets);
};
