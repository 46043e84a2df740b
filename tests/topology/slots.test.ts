import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, saleKeys } from '@sunbeon/contracts';
import { announceKeys, keyOf, readSaleScript, type Script } from '@sunbeon/runtime';
import { freePort, start, until, type RunningProcess } from '../fixtures/stack.mjs';
import { ask } from '../fixtures/topologies.mjs';

const services = new URL('../../services/', import.meta.url);
type AnyScript = Pick<Script<never, unknown>, 'name' | 'keys' | 'source'>;
const isScript = (value: unknown): value is AnyScript => typeof value === 'object' && value !== null && 'source' in value && 'keys' in value;

/** Every pair of every service, found by its `.lua`. */
const scripts: AnyScript[] = [readSaleScript];
const withoutPair: string[] = [];
for (const service of readdirSync(services)) {
  const folder = new URL(`${service}/src/scripts/`, services);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.lua'))) {
    const pair = (await import(new URL(file.replace('.lua', '.ts'), folder).pathname)) as Record<string, unknown>;
    const found = Object.values(pair).filter(isScript);
    if (found.length === 0) withoutPair.push(`${service}/${file}`);
    scripts.push(...found);
  }
}

let folder: string;
let port: number;
let server: RunningProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sunbeon-slots-'));
  port = await freePort();
  const bus = await freePort({ from: 20_000, to: 30_000 });
  server = start(folder, 'redis', process.env['REDIS_SERVER'] ?? 'redis-server', [
    '--port', String(port), '--cluster-port', String(bus), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--cluster-enabled', 'yes',
  ], {});
  await until('redis', async () => (await ask(port, ['PING'])) === 'PONG');
});
afterAll(async () => {
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});
const slotsOf = async (names: string[]): Promise<Set<unknown>> => new Set(await Promise.all(names.map((name) => ask(port, ['CLUSTER', 'KEYSLOT', name]))));

describe('on Cluster', () => {
  it('every script has its pair', () => {
    expect(withoutPair).toEqual([]);
    expect(scripts.length).toBeGreaterThanOrEqual(20);
  });

  it.each(scripts.map((script) => [script.name, script] as const))('%s touches one slot, and no key it does not name', async (_, script) => {
    for (const saleId of ['a', 'concert_2025', `x${'y'.repeat(39)}`]) {
      expect(await slotsOf(script.keys.map((name) => keyOf(name, saleId)))).toEqual(await slotsOf([keys.sale(saleId)]));
    }
    const used = [...script.source.matchAll(/KEYS\[(\d+)\]/g)].map(([, number]) => Number(number));
    expect(Math.max(...used)).toBeLessThanOrEqual(script.keys.length);
    // Keys come from KEYS alone: none is put together inside.
    expect(script.source).not.toMatch(/'[a-z-]+:\{/);
  });

  it('the script of the keyring touches nothing else', () => {
    expect(announceKeys.keys).toEqual(['keyring']);
    expect([...announceKeys.source.matchAll(/KEYS\[(\d+)\]/g)].map(([, number]) => number)).toEqual(['1']);
  });

  it('all keys of a sale share a slot, and sales are spread', async () => {
    expect((await slotsOf(saleKeys.map((name) => keys[name]('s')))).size).toBe(1);
    expect((await slotsOf(Array.from({ length: 50 }, (_, i) => keys.sale(`sale_${i}`)))).size).toBeGreaterThan(45);
  });
});
