import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { root, which } from './commands.mjs';
import { Refusal, say } from './console.mjs';
import { installDebian } from './install.mjs';
import { isFree } from './ports.mjs';

/** Asks a port for PING; true for Redis or Valkey, also for one that wants a password. */
export const isRedis = (host, port) =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 1_000 });
    const end = (answer) => { socket.destroy(); resolve(answer); };
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => end(/^(\+PONG|-NOAUTH|-LOADING|-DENIED)/.test(String(data))));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });

/** `redis-server` or `valkey-server`, installed if that is possible; else a sentence that says what to type. */
export const redisProgram = async () => {
  const found = () => which('redis-server') ?? which('valkey-server');
  if (found()) return found();
  if ((await installDebian('redis-server')) && found()) return found();
  throw new Refusal(
    'Sunbeon needs Redis 7 or newer, and there is none here. Type:  sudo apt-get install redis-server   (macOS: brew install redis), or set REDIS_URL.',
  );
};

/**
 * DESIGN §12: REDIS_URL → a server on localhost:6379 → a server of our own with its own data folder.
 * Returns its URL, and how to start it when it is ours.
 */
export const findRedis = async (dataFolder) => {
  if (process.env.REDIS_URL) {
    const plain = /^rediss?:\/\/(?:[^@/]*@)?([^:/,]+)(?::(\d+))?/.exec(process.env.REDIS_URL);
    if (plain && !(await isRedis(plain[1], Number(plain[2] ?? 6379)))) {
      throw new Refusal(`REDIS_URL names ${plain[1]}:${plain[2] ?? 6379}, where no Redis answers. Start it, or unset REDIS_URL.`);
    }
    say(`• Redis: REDIS_URL`);
    return { url: process.env.REDIS_URL, own: null };
  }
  if (await isRedis('127.0.0.1', 6379)) {
    say('• Redis: the server on localhost:6379');
    return { url: 'redis://localhost:6379', own: null };
  }
  const program = await redisProgram();
  let port = 6379;
  while (!(await isFree('127.0.0.1', port))) port += 1;
  const folder = join(dataFolder, 'redis');
  mkdirSync(folder, { recursive: true });
  return { url: `redis://localhost:${port}`, own: { program, port, args: [join(root, 'infra/redis/local.conf'), '--port', String(port), '--dir', folder] } };
};
