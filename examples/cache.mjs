// What the examples of caches share: the cache in front of a gateway that is there, until Ctrl-C.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `recipe`: the cache's file, written for the standard addresses; `beside`: files that it includes; `command`: its program and arguments. */
export const runCache = ({ recipe, beside = [], command }) => {
  const { GATEWAY_URL = 'http://127.0.0.1:4000', PROXY_PORT = '8080' } = process.env;
  const { hostname, port } = new URL(GATEWAY_URL);
  const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-cache-'));
  // Started by root, workers are somebody else.
  chmodSync(folder, 0o755);
  const file = join(folder, 'recipe');
  const text = readFileSync(recipe, 'utf8')
    .replaceAll('127.0.0.1:4000', `${host}:${port || '80'}`)
    .replace('.host = "127.0.0.1"', `.host = "${host}"`)
    .replace('.port = "4000"', `.port = "${port || '80'}"`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${PROXY_PORT}`);
  writeFileSync(file, text);
  for (const name of beside) copyFileSync(new URL(name, recipe), join(folder, name));
  const [program, ...args] = command({ file, folder, port: PROXY_PORT });
  const cache = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => cache.kill('SIGTERM'));
  const ended = (code) => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code;
  };
  cache.on('error', ({ code }) => {
    console.error(code === 'ENOENT' ? `${program} is not installed` : `${program}: ${code}`);
    ended(1);
  });
  cache.on('exit', (code) => ended(code ?? 1));
  console.log(`Sunbeon's API is at http://localhost:${PROXY_PORT}/api`);
};
