import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MissingResult, SaleResult } from '../../tools/crowd/bots/rehearse.ts';
import { gateways, operator, valueOf } from '../fixtures/client.ts';
import { adminToken } from '../fixtures/stack.mjs';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-bots-'));
afterAll(() => rmSync(folder, { recursive: true }));

const crowd = (token: string, ...options: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=development', '--conditions=@sunbeon/source', '--import', 'tsx', 'tools/crowd/main.ts', ...options],
      { cwd: root, env: { ...process.env, NODE_OPTIONS: '', ADMIN_TOKEN: token, SUNBEON_DATA_DIR: folder } },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

describe('npm run crowd -- --bots, 6 people and 100 scripts for 8 tickets', () => {
  const json = join(folder, 'results.json');
  let ran: Awaited<ReturnType<typeof crowd>>;
  let results: (SaleResult | MissingResult)[];
  const resultOf = (name: string): SaleResult => results.find(({ entrance }) => entrance === name) as SaleResult;

  beforeAll(async () => {
    const options =
      '--visitors 106 --bots 0.943 --stock 8 --reaction 0.4 --pace 50 --proof-seconds 0.5 --bot-cores 0.25 --bot-accounts 0.02 --bot-codes 0.02';
    ran = await crowd(adminToken, ...options.split(' '), '--gateway', gateways()[0]!, '--json', json);
    ({ results } = JSON.parse(readFileSync(json, 'utf8')) as { results: typeof results });
  }, 150_000);

  it('prints one row for each of the four entrances, sells every ticket once, and leaves no sale behind', async () => {
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(results.map(({ entrance }) => entrance)).toEqual(['nothing', 'proof', 'members', 'codes']);
    for (const result of results as SaleResult[]) {
      const { title, people, scripts } = result;
      expect({ title, wanted: [people.wanted, scripts.wanted] }).toEqual({ title, wanted: [6, 100] });
      const sold = Math.min(8, people.places + scripts.places);
      expect({ title, tickets: people.tickets + scripts.tickets }).toEqual({ title, tickets: sold });
      expect(ran.out).toMatch(new RegExp(`^\\| ${title} +\\| ${people.places} of 6 +\\| ${scripts.places} of 100 +\\|`, 'm'));
    }
    const { sales } = await valueOf('sales', operator.sales({ limit: 500 }));
    expect(sales.filter(({ saleId }) => saleId.startsWith('crowd-'))).toEqual([]);
  });

  it('nothing asked: scripts take the places that can buy, without work', () => {
    const { people, scripts } = resultOf('nothing');
    expect(scripts.firstPlaces).toBeGreaterThan(people.firstPlaces);
    expect([people.solvingCpuSeconds, scripts.solvingCpuSeconds]).toEqual([0, 0]);
  });

  it('proof of work: each place of a script costs processor time, and people keep more of those that can buy', () => {
    const [free, { people, scripts }] = [resultOf('nothing'), resultOf('proof')];
    expect(scripts.solvingCpuSeconds).toBeGreaterThan(0);
    expect(scripts.places).toBeLessThan(free.scripts.places);
    expect(scripts.firstPlaces).toBeLessThan(free.scripts.firstPlaces);
    expect(people.firstPlaces).toBeGreaterThan(free.people.firstPlaces);
    // Solved, each of them: half a million hashes on average, none for nothing.
    expect(people.hashes).toBeGreaterThan(6 * 10_000);
    expect(people.requests).toBeGreaterThanOrEqual(12);
  });

  it('members: scripts get the places of their accounts, and people one each', () => {
    const { people, scripts } = resultOf('members');
    expect(people.places).toBe(6);
    expect([1, 2]).toContain(scripts.places);
    expect(scripts.refusals).toMatchObject({ invalid_member: expect.any(Number), member_required: expect.any(Number) });
    expect(scripts.requests).toBeGreaterThan(250);
  });

  it('access codes: scripts get the places of their codes, guesses none, and people one each', () => {
    const { people, scripts } = resultOf('codes');
    expect(people.places).toBe(6);
    expect([1, 2]).toContain(scripts.places);
    expect(scripts.refusals).toMatchObject({ code_invalid: expect.any(Number), rate_limited: expect.any(Number) });
    expect(people.refusals).toEqual({});
  });
});

describe('npm run crowd -- --bots', () => {
  it.each([
    ['0.5', 'http://127.0.0.1:9', adminToken, /No gateway answers/],
    ['0.5', gateways()[0]!, 'wrong', /invalid_token/],
    ['0.5', gateways()[0]!, '', /Set ADMIN_TOKEN/],
  ])('with a share of %s at %s and the token "%s" says what is wrong', async (share, gateway, token, sentence) => {
    const { code, err } = await crowd(token, `--bots=${share}`, '--gateway', gateway);
    expect([code, err]).toEqual([2, expect.stringMatching(sentence)]);
  });
});
