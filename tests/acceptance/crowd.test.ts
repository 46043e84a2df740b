import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSale, gateways, operator, saleOf } from '../fixtures/client.ts';

const root = join(import.meta.dirname, '../..');
const crowd = (...options: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', 'tools/crowd/main.ts', ...options],
      { cwd: root, env: { ...process.env, NODE_OPTIONS: '' } },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

describe('npm run crowd', () => {
  it('rehearses a sale: every visitor who stays gets a ticket, and the summary has the durations', async () => {
    // Who polls hears of the turn within two seconds and one interval.
    const saleId = await createSale({ stock: 500, admitPerSecond: 60, claimSeconds: 10 });
    const { code, out, err } = await crowd(
      '--sale',
      saleId,
      '--gateway',
      gateways()[0]!,
      '--visitors',
      '120',
      '--per-second',
      '60',
      '--patience',
      '30',
      '--polling',
      '0.4',
    );
    expect([code, err]).toEqual([0, '']);
    const figure = (name: string) => Number(new RegExp(`^${name} +(\\d+)`, 'm').exec(out)?.[1] ?? 0);
    expect(figure('joined')).toBe(120);
    expect(figure('let in') + figure('gave up waiting')).toBe(120);
    expect(figure('bought')).toBe((await saleOf(saleId)).stock!.sold);
    expect(figure('bought')).toBeGreaterThan(60);
    // Those who poll ask the line, and their own place once at the turn.
    expect(figure('polls of the line')).toBeGreaterThan(30);
    expect(out).toMatch(/^join answered +120 +\d+ ms/m);
    expect(out).not.toMatch(/no answer|internal_error/);
  });

  it.each([
    [[], /--sale must name a sale/],
    [['--sale', 'UPPER'], /--sale must name a sale/],
    [['--sale', 'x', '--visitors', '0'], /--visitors must be a whole number from 1/],
    [['--sale', 'x', '--buy', '2'], /--buy must be a number from 0 to 1/],
    [['--sale', 'x', '--per-second', 'many'], /--per-second must be a number/],
    [['--sale', 'x', '--nonsense'], /nonsense/],
    [['--sale', 'x', '--gateway', 'localhost'], /--gateway must be an http address/],
    [['--sale', 'x', '--gateway', 'http://127.0.0.1:9'], /No gateway answers/],
  ])('says what is wrong with %j', async (options, sentence) => {
    const { code, err } = await crowd(...options);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
  });

  it('reports a sale that does not exist, or cannot be joined', async () => {
    expect(await crowd('--sale', 'nowhere', '--gateway', gateways()[0]!)).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no sale nowhere'),
    });
    const saleId = await createSale();
    await operator.close(saleId);
    expect(await crowd('--sale', saleId, '--gateway', gateways()[1]!)).toMatchObject({
      code: 2,
      err: expect.stringContaining('The sale is closed'),
    });
  });
});
