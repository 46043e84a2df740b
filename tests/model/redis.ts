import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A real Redis without a disk: random runs end with their process, so nothing of them need last. */
export const startPlainRedis = async (): Promise<{ path: string; stop: () => void }> => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-model-'));
  const path = join(folder, 'redis.sock');
  const server = spawn(
    process.env['REDIS_SERVER'] ?? 'redis-server',
    ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const failed = new Promise<never>((_, reject) =>
    server.once('error', () => reject(new Error('redis-server did not start; install it: apt-get install redis-server'))),
  );
  const probe = new Redis(path, { retryStrategy: () => 20, maxRetriesPerRequest: 200 });
  probe.on('error', () => {});
  await Promise.race([probe.ping(), failed]);
  probe.disconnect();
  return {
    path,
    stop: () => {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
