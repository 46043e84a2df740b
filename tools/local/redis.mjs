import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, statfsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { root, which } from './commands.mjs';
import { CliError, say } from './console.mjs';
import { installDebian } from './install.mjs';
import { isFree } from './ports.mjs';

/** Ports after 6379 that are tried for a server of our own. */
const portsTried = 100;
/** Free space below which a start of Redis would only fail again, bytes: a few batches of its append-only file. */
const leastFreeBytes = 256 * 1_024;
/** Time for a server to answer at all, ms. Loading a large file does not count: it answers meanwhile. */
const answerMs = 15_000;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The first part of the reply to one command, '' when there is none within a second. */
const ask = (host, port, command) =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 1_000 });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => socket.write(`${command}\r\n`));
    socket.on('data', (data) => end(String(data)));
    socket.on('error', () => end(''));
    socket.on('timeout', () => end(''));
  });

/** PING to a port; true for Redis or Valkey, also when it requires a password. */
export const isRedis = async (host, port) => /^(\+PONG|-NOAUTH|-LOADING|-DENIED)/.test(await ask(host, port, 'PING'));

/** The folder of a server on this machine, '' when it is unknown. */
const folderOf = async (port) => /\r\ndir\r\n\$\d+\r\n(.*)\r\n/.exec(await ask('127.0.0.1', port, 'CONFIG GET dir'))?.[1] ?? '';

/** The program that REDIS_SERVER names; else `redis-server` or `valkey-server`, installed if that is possible; else a sentence that says what to type. */
export const redisProgram = async () => {
  const named = process.env.REDIS_SERVER;
  if (named) {
    if (existsSync(named) || which(named)) return named;
    throw new CliError(`REDIS_SERVER names ${named}, and there is no such program.`);
  }
  const found = () => which('redis-server') ?? which('valkey-server');
  if (found()) return found();
  if ((await installDebian('redis-server')) && found()) return found();
  throw new CliError(
    'Sunbeon needs Redis 7 or newer, and there is none here. Type:  sudo apt-get install redis-server   (macOS: brew install redis), or set REDIS_URL.',
  );
};

/** Process ids of servers that work in `folder`, as Linux knows them. Elsewhere the port that is asked has to tell. */
const serversIn = (folder) => {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return readlinkSync(`/proc/${name}/cwd`) === folder && /(redis|valkey)-server/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'));
      } catch {
        return false;
      }
    })
    .map(Number);
};

/** Throws a CliError when a redis-server that is not ours appends to the files in `folder`: two would destroy them. */
export const checkFolderIsFree = async (folder, port) => {
  const [pid] = serversIn(folder);
  if (pid) throw new CliError(`A redis-server (process ${pid}) already uses ${folder}. Stop it first: kill ${pid}`);
  const used = await folderOf(port);
  if (used === folder) throw new CliError(`The Redis on port ${port} already uses ${folder}. Stop it first: redis-cli -p ${port} shutdown`);
};

/** A server that another `npm start` made for itself: it holds other places, signed with other secrets, and ends with that start. */
const belongsToAnotherStart = async (port) => {
  const folder = await folderOf(port);
  return folder !== '' && existsSync(join(dirname(folder), 'lock')) && existsSync(join(dirname(folder), 'secrets.json'));
};

const fromSetting = async (url) => {
  const match = /^rediss?:\/\/(?:[^@/]*@)?(?:\[([0-9a-fA-F:.]+)\]|([^:/,[\]]+))(?::(\d+))?(?:\/|$)/.exec(url);
  const plain = match && [match[0], match[1] ?? match[2], match[3]];
  if (plain && !(await isRedis(plain[1], Number(plain[2] ?? 6379)))) {
    throw new CliError(`REDIS_URL names ${plain[1]}:${plain[2] ?? 6379}, where no Redis answers. Start it, or unset REDIS_URL.`);
  }
  say('• Redis: REDIS_URL');
  return { url, own: null };
};

/**
 * DESIGN §12: REDIS_URL → a server on localhost:6379 → a server of our own with its own data folder.
 * Returns its URL, and how to start it when it is ours. `ownRedis` leaves out the first two.
 */
export const findRedis = async (dataFolder, { ownRedis = false } = {}) => {
  if (process.env.REDIS_URL && !ownRedis) return fromSetting(process.env.REDIS_URL);
  mkdirSync(join(dataFolder, 'redis'), { recursive: true });
  const folder = realpathSync(join(dataFolder, 'redis'));
  await checkFolderIsFree(folder, 6379);
  if (!ownRedis && (await isRedis('127.0.0.1', 6379))) {
    if (!(await belongsToAnotherStart(6379))) {
      say('• Redis: the server on localhost:6379');
      return { url: 'redis://localhost:6379', own: null };
    }
    say('• Redis: the server on localhost:6379 belongs to another npm start');
  }
  const program = await redisProgram();
  for (let port = 6379; port < 6379 + portsTried; port += 1) {
    if (await isFree('127.0.0.1', port)) {
      return {
        url: `redis://127.0.0.1:${port}`,
        own: { program, port, folder, args: [join(root, 'infra/redis/local.conf'), '--port', String(port), '--dir', folder] },
      };
    }
  }
  throw new CliError(`The ports 6379 to ${6379 + portsTried - 1} are all taken; set REDIS_URL.`);
};

/** Reason why a start of Redis would fail again; null when there is space. */
const diskIsFull = (folder) => {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < leastFreeBytes ? `the disk of ${folder} is full` : null;
  } catch {
    return null;
  }
};

/**
 * Starts a server of our own and waits until it serves. With `appendfsync always` redis-server exits when a write fails: it is started again once
 * the disk has space, and has everything that it acknowledged.
 */
export const startRedis = async (processes, { program, port, folder, args }) => {
  const entry = processes.start('redis', program, args, {}, { rank: 0, blocked: () => diskIsFull(folder) });
  let deadline = Date.now() + answerMs;
  let loading = false;
  for (;;) {
    const answer = await ask('127.0.0.1', port, 'INFO server');
    // Another server on this port must not be taken for ours, which could not listen.
    if (entry.child && answer.includes(`\r\nprocess_id:${entry.child.pid}\r\n`)) {
      if ((await ask('127.0.0.1', port, 'PING')).startsWith('+PONG')) return entry;
      if (!loading) say('  Redis is loading its data');
      loading = true;
      deadline = Date.now() + answerMs;
    }
    if (entry.deaths > 2 || Date.now() > deadline) {
      throw new CliError(`Redis does not start; see redis.log in the logs. Its last line: ${entry.lastLine}`);
    }
    await wait(50);
  }
};
