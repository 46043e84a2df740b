import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstUnsorted, keyOf, lotsOf, orderOf, rootOf } from '../src/draw.ts';
import { addressOf } from '../src/download.ts';
import {
  beaconOf,
  entryBy,
  firstRoundAfter,
  frozenAtMs,
  generation,
  hmac,
  makeDraw,
  merkle,
  saleId,
  sha256,
  testChain,
  visitorIds,
} from './draw-maker.ts';
import { answerOf, askAbout, signReceipt, StandIn } from './stand-in.ts';

const beacon = beaconOf(firstRoundAfter(frozenAtMs));
const hex = (bytes: Buffer): string => bytes.toString('hex');
const main = join(import.meta.dirname, '../src/main.ts');
let standIn: StandIn;
let folder: string;

/** The command as a process: exit status and output. */
const command = async (...args: string[]): Promise<{ code: number; output: string }> => {
  const child = spawn(process.execPath, ['--conditions=@sunbeon/source', '--import', 'tsx', main, ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
};
const fileOf = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

beforeAll(async () => {
  standIn = await StandIn.start(makeDraw([]));
  folder = mkdtempSync(join(tmpdir(), 'sunbeon-verify-'));
});
afterAll(async () => {
  await standIn.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a roster', () => {
  it.each([0, 1, 2, 3, 4_095, 4_096, 4_097, 8_192])('of %i entries is proven, in the order of a second implementation', async (count) => {
    const made = makeDraw(visitorIds(count), beacon);
    standIn.show(made);
    const csv = join(folder, `${count}.csv`);
    expect(await askAbout(standIn, { csv })).toMatchObject({ conclusion: 'proven' });
    const [head, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(head).toBe('seq,entry,lot');
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual(made.order.map((entry, i) => [String(i + 1), hex(entry)]));
    const key = sha256('sunbeon-draw-v1/key\0', made.seed, made.root, Buffer.from(beacon.randomness!, 'hex'));
    expect(lines.at(-1)?.split(',')[2]).toBe(count === 0 ? undefined : hex(hmac(key, made.order.at(-1)!)));
  });

  it.each([
    ['added behind a full page', 4_096, 'entries_added', (entries: Buffer[]) => [...entries, entries[0]!]],
    ['removed, so that the last page is empty', 4_097, 'entries_missing', (entries: Buffer[]) => entries.slice(1)],
    ['added to nobody', 0, 'entries_added', () => [sha256('added')]],
    ['removed, so that nobody is left', 1, 'entries_missing', () => []],
  ])('with an entry %s is wrong', async (_, count, code, forge) => {
    const made = makeDraw(visitorIds(count));
    standIn.show(made);
    standIn.entries = forge(made.roster);
    expect(await askAbout(standIn)).toMatchObject({ conclusion: 'wrong', wrong: [code] });
  });

  it('has the root of RFC 6962 for every number of entries up to 70', () => {
    const entries = visitorIds(70).map((visitor) => sha256(visitor));
    for (let count = 0; count <= entries.length; count += 1) {
      const some = entries.slice(0, count);
      expect([count, hex(rootOf(Buffer.concat(some)))]).toEqual([count, hex(merkle(some))]);
    }
  });

  it('is told apart from one with two entries swapped, at each place', () => {
    const roster = Buffer.concat(makeDraw(visitorIds(5)).roster);
    expect(firstUnsorted(roster)).toBeNull();
    for (let at = 0; at < 4; at += 1) {
      const swapped = Buffer.from(roster);
      roster.copy(swapped, at * 32, (at + 1) * 32, (at + 2) * 32);
      roster.copy(swapped, (at + 1) * 32, at * 32, (at + 1) * 32);
      expect(firstUnsorted(swapped)).toBe(at + 1);
    }
  });
});

describe('the order', () => {
  it('compares lots bytewise beyond the first bytes, and equal lots by entry', () => {
    const lots = ['ff', '00'.repeat(31) + '02', '00'.repeat(31) + '01', '00'.repeat(6) + '01', '00'.repeat(31) + '01'];
    expect([...orderOf(Buffer.concat(lots.map((lot) => Buffer.from(lot.padEnd(64, '0'), 'hex'))))]).toEqual([2, 4, 1, 3, 0]);
  });

  it('has lots by HMAC of RFC 2104', () => {
    const [key, entry] = [keyOf(sha256('seed'), sha256('root')), sha256('entry')];
    expect(hex(lotsOf(key, entry))).toBe(hex(hmac(key, entry)));
  });
});

describe('sunbeon-verify', () => {
  const made = makeDraw(visitorIds(7), beacon);
  const [visitorId] = visitorIds(1) as [string];
  const seq = made.order.findIndex((entry) => entry.equals(entryBy(saleId, generation, visitorId))) + 1;

  it('exits 0 for a proven draw, with visitor, receipt, chain and CSV', async () => {
    standIn.show(made);
    const receipt = signReceipt(standIn.key, { sub: hex(entryBy(saleId, generation, visitorId)), seq, root: hex(made.root) });
    const files = [
      '--receipt',
      fileOf('receipt', receipt),
      '--beacon',
      fileOf('chain.json', JSON.stringify(testChain)),
      '--csv',
      join(folder, 'order.csv'),
    ];
    const { code, output } = await command(standIn.sale, '--visitor', visitorId, ...files);
    expect([code, output]).toEqual([0, expect.stringMatching(/^PROVEN\. To be believed: Redis's clock/m)]);
    expect(output).toContain(`place ${seq} of 7`);
    expect(readFileSync(join(folder, 'order.csv'), 'utf8').split('\n')).toHaveLength(9);
  });

  it('exits 0 for the address of the page, and says what has to be believed without a beacon', async () => {
    standIn.show(makeDraw(visitorIds(7)));
    const { code, output } = await command(`${standIn.url}/sales/${saleId}`);
    expect([code, output]).toEqual([0, expect.stringMatching(/^PROVEN\. To be believed: nobody who can read Redis/m)]);
  });

  it('exits 1 for a wrong one, and names what is wrong', async () => {
    standIn.show(made);
    standIn.draw = { ...answerOf(made), seed: hex(sha256('another seed')) };
    expect(await command(standIn.sale)).toEqual({ code: 1, output: expect.stringMatching(/^WRONG: seed_wrong$/m) });
  });

  it('exits 2 for one that is not proven', async () => {
    standIn.draw = { status: 404, code: 'no_draw' };
    expect(await command(standIn.sale)).toEqual({ code: 2, output: expect.stringMatching(/^NOT PROVEN: no_draw$/m) });
  });

  it.each([
    ['no url', []],
    ['another url', ['https://sunbeon.example/']],
    ['a file that is not there', ['https://sunbeon.example/sales/a', '--receipt', '/nowhere/receipt']],
    ['a chain that is none', ['https://sunbeon.example/sales/a', '--beacon', main]],
    ['an unknown option', ['https://sunbeon.example/sales/a', '--trust']],
  ])('exits 2 with its usage for %s', async (_, args) => {
    expect(await command(...args)).toEqual({ code: 2, output: expect.stringContaining('--visitor <id>') });
  });
});

describe('the address of a sale', () => {
  const sale = { saleId: 'a_1', api: 'https://x.example:8443/api/sales/a_1', keys: 'https://x.example:8443/.well-known/jwks.json' };
  it.each(['/api/sales/a_1', '/sales/a_1', '/sales/a_1/', '/sales/a_1?lang=ko#top'])('%s', (path) =>
    expect(addressOf(`https://x.example:8443${path}`)).toEqual(sale),
  );
  it.each(['/api/sales/', '/api/sales/A', '/operator/sales/a', '/sales/a/draw'])('%s is none', (path) =>
    expect(addressOf(`https://x.example${path}`)).toBeNull(),
  );
});
