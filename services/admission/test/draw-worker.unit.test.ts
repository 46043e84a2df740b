import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLobbyDraw } from '../src/draw/lobby-draw.ts';
import { startDrawWorker, type DrawWorker } from '../src/draw/draw-worker.ts';
import { root as repository } from '../../../tools/local/commands.mjs';

const sale = { saleId: 'worker-of-the-tests', generation: 1 };
const visitors = Array.from({ length: 5_000 }, (_, i) => `visitor-${i}`);
const seed = createHash('sha256').update('a seed').digest();
const workers: DrawWorker[] = [];
const start = (): DrawWorker => {
  const worker = startDrawWorker(sale);
  workers.push(worker);
  return worker;
};
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.end();
});

/** The same, computed on this thread. */
const expected = () => {
  const draw = createLobbyDraw(sale);
  draw.add(visitors);
  const frozen = draw.freeze();
  const pages = [0, 1, 2].map((page) => Buffer.from(draw.rosterPage(page)).toString('hex'));
  draw.order(Buffer.from(seed), null);
  return { frozen, pages, order: draw.orderPage(1, visitors.length) };
};

describe('the worker of a draw', () => {
  it('computes off the main thread what the functions compute on it', async () => {
    const worker = start();
    // Not awaited one by one: the thread takes them in their order.
    const calls = [worker.add(visitors.slice(0, 3_000)), worker.add(visitors.slice(2_000)), worker.freeze(), worker.order(seed, null)];
    const [, , frozen] = await Promise.all(calls);
    const pages = (await Promise.all([0, 1, 2].map((page) => worker.rosterPage(page)))).map((page) => page.toString('hex'));
    const order = [...(await worker.orderPage(1, 4_000)), ...(await worker.orderPage(4_001, 4_000))];
    expect({ frozen, pages, order }).toEqual(expected());
    expect(pages.map((page) => page.length / 64)).toEqual([4_096, 904, 0]);
  });

  it('leaves the seed of the caller as it is, so that a second worker can draw with it', async () => {
    const [first, second] = [start(), start()];
    const own = Buffer.from(seed);
    const orders: string[][] = [];
    for (const worker of [first, second]) {
      await worker.add(visitors);
      await worker.freeze();
      await worker.order(own, null);
      orders.push(await worker.orderPage(1, 100));
    }
    expect(own).toEqual(seed);
    expect(orders[0]).toEqual(orders[1]);
  });

  it('answers a refused call with its error, which has no seed in it, and goes on', async () => {
    const worker = start();
    const secret = Buffer.from('5eed'.repeat(16), 'hex');
    const failures = await Promise.allSettled([
      worker.order(secret, null),
      worker.order(secret.subarray(1), randomBytes(32)),
      worker.add(['']),
    ]);
    for (const failure of failures) {
      const { reason } = failure as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(Error);
      expect(`${(reason as Error).stack} ${JSON.stringify(reason)}`).not.toMatch(/5eed/i);
    }
    await worker.add(visitors);
    await expect(worker.freeze()).resolves.toMatchObject({ count: visitors.length });
  });

  it('rejects all calls when it is ended, those under way and later ones, and can be ended twice', async () => {
    const worker = start();
    const underWay = [worker.add(visitors), worker.freeze()];
    const results = Promise.allSettled(underWay);
    await Promise.all([worker.end(), worker.end()]);
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(worker.add([])).rejects.toThrow('has ended');
    await worker.end();
  });
});

describe('the worker in a process of its own', () => {
  const folder = join(repository, 'services/admission');
  const run = (file: string, args: string[], script: string): string => {
    const start = `const { startDrawWorker } = await import(${JSON.stringify(join(folder, file))});
      const worker = startDrawWorker(${JSON.stringify(sale)});`;
    const all = ['--conditions=development', ...args, '--input-type=module', '-e', `${start}\n${script}`];
    return spawnSync(process.execPath, all, { cwd: repository, encoding: 'utf8', timeout: 50_000 }).stdout;
  };
  const source = ['src/draw/draw-worker.ts', ['--import', 'tsx']] as const;
  const compiled = ['dist/draw/draw-worker.js', []] as const;
  const draw = createLobbyDraw(sale);
  draw.add(['a', 'b']);
  const frozen = JSON.stringify(draw.freeze());

  it.each([source, compiled].filter(([file]) => existsSync(join(folder, file))))('starts from %s', (file, args) => {
    const out = run(
      file,
      [...args],
      `await worker.add(['a', 'b']); console.log(JSON.stringify(await worker.freeze())); await worker.end();`,
    );
    expect(out).toBe(`${frozen}\n`);
  });

  it.each([
    ['an error', 'thread.postMessage(null)', 'the thread of the draw failed'],
    ['an exit', 'thread.terminate()', 'the thread of the draw has ended'],
  ])('rejects all calls when its thread ends with %s', (_, fault, message) => {
    const script = `
      const thread = await new Promise((resolve) => process.once('worker', resolve));
      ${fault};
      const results = await Promise.allSettled([worker.freeze(), worker.add(['a'])]);
      results.push(...(await Promise.allSettled([worker.freeze()])));
      await worker.end();
      console.log(JSON.stringify(results.map(({ reason }) => reason?.message)));`;
    expect(run(source[0], [...source[1]], script)).toBe(`${JSON.stringify([message, message, message])}\n`);
  });
});
