import { afterEach, expect, it } from '@jest/globals';
import { SettingsError } from '@sunbeon/runtime';
import { readServiceConfig } from '../src/config.ts';
import { placeArgument, placeIn, processCount } from '../src/processes/process-count.ts';
import { pauseAfter } from '../src/processes/supervisor.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
const read = (text: string | undefined): string => {
  process.env = { ...before, TOKEN_SECRET: 'x'.repeat(32) };
  if (text !== undefined) process.env['GATEWAY_PROCESSES'] = text;
  return readServiceConfig().GATEWAY_PROCESSES;
};

it('a gateway is one process unless the setting says more', () => {
  expect(processCount(read(undefined), 16)).toBe(1);
  expect(processCount(read(''), 16)).toBe(1);
  expect(processCount(read('2'), 1)).toBe(2);
  expect(processCount(read('64'), 1)).toBe(64);
});

it.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 2],
  [16, 14],
  [128, 64],
])('auto on %i cores is %i: two are left for the others, and one process is the least', (cores, count) => {
  expect(processCount(read('auto'), cores)).toBe(count);
});

it.each(['0', '65', '100', '-1', '1.5', '02', ' 2', '1e1', 'AUTO', 'all', '2,3'])('%j is refused by name', (text) => {
  expect(() => read(text)).toThrow(new SettingsError('the setting GATEWAY_PROCESSES must be a number from 1 to 64, or auto'));
});

it('a process knows its place by its argument, which no other process has', () => {
  expect(placeIn(['node', 'main.js', placeArgument({ number: 3, count: 4 })])).toEqual({ number: 3, count: 4 });
  expect(placeIn(['node', 'main.js'])).toBeNull();
});

it('a process that keeps ending is started again after longer and longer pauses, of 15 s at the most', () => {
  expect([1, 2, 3, 5, 6, 100].map(pauseAfter)).toEqual([500, 1_000, 2_000, 8_000, 15_000, 15_000]);
});
