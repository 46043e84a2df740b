import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { keyOf, type Script } from '@sunbeon/runtime';
import { addStock } from '../src/scripts/add-stock.ts';
import { confirm } from '../src/scripts/confirm.ts';
import { expireHolds } from '../src/scripts/expire-holds.ts';
import { hold } from '../src/scripts/hold.ts';
import { purchase } from '../src/scripts/purchase.ts';
import { readHold } from '../src/scripts/read-hold.ts';
import { readPurchases } from '../src/scripts/read-purchases.ts';
import { release } from '../src/scripts/release.ts';

const all = { 'add-stock': addStock, confirm, 'expire-holds': expireHolds, hold, purchase, 'read-hold': readHold, 'read-purchases': readPurchases, release };
const folder = new URL('../src/scripts/', import.meta.url);
const hashTag = (key: string) => /\{(.+)\}/.exec(key)?.[1];

describe('every script of the shop', () => {
  it('is in this list', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.lua')).sort()).toEqual(Object.keys(all).map((name) => `${name}.lua`).sort());
  });

  it.each(Object.entries(all) as [string, Pick<Script<never, unknown>, 'name' | 'keys' | 'source'>][])('%s has the keys of its header, all in one slot', (name, script) => {
    expect(script.name).toBe(`purchase/${name}`);
    expect(new Set(script.keys.map((key) => hashTag(keyOf(key, 'concert_2025'))))).toEqual(new Set(['concert_2025']));
    const text = readFileSync(new URL(`${name}.lua`, folder), 'utf8');
    const header = text.split('\n').filter((line) => line.startsWith('--')).join(' ');
    const listed = [...(/KEYS(.*?)(?:ARGV|Returns)/.exec(header)?.[1] ?? '').matchAll(/(\d+) [a-z]/g)].map(([, number]) => Number(number));
    expect(listed).toEqual(script.keys.map((_, i) => i + 1));
    const used = [...text.matchAll(/KEYS\[(\d+)\]/g)].map(([, number]) => Number(number));
    expect([...new Set(used)].sort((a, b) => a - b)).toEqual(listed);
    expect(text.split('\n').length).toBeLessThanOrEqual(61);
    expect(text.startsWith('#!lua')).toBe(true);
  });
});
