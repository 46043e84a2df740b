import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets for local use, made once and kept with the data, readable by their owner only. The environment wins. */
export const localSecrets = (dataFolder) => {
  const file = join(dataFolder, 'secrets.json');
  mkdirSync(dataFolder, { recursive: true });
  if (!existsSync(file)) {
    const secrets = { tokenSecret: randomBytes(32).toString('base64url'), adminToken: randomBytes(24).toString('base64url') };
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  }
  const { tokenSecret, adminToken } = JSON.parse(readFileSync(file, 'utf8'));
  return { TOKEN_SECRET: process.env.TOKEN_SECRET || tokenSecret, ADMIN_TOKEN: process.env.ADMIN_TOKEN || adminToken };
};
