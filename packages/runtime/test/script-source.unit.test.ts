import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { limits } from '@sunbeon/contracts';
import { readScript } from '../src/script-source.ts';

const service = mkdtempSync(join(tmpdir(), 'sunbeon-script-'));
for (const folder of ['scripts', 'lua']) mkdirSync(join(service, folder));
afterAll(() => rmSync(service, { recursive: true, force: true }));

const write = (path: string, text: string): URL => {
  writeFileSync(join(service, path), text);
  return pathToFileURL(join(service, path));
};
const read = (text: string): string => readScript(write('scripts/verb.lua', text));

describe('the text of a script', () => {
  it('contains the pieces of its service and of the runtime, at their lines', () => {
    write('lua/own.lua', 'local own = 1\n');
    expect(read('#!lua\n-- include: own\n-- include: clock\nreturn now')).toMatch(
      /^#!lua\nlocal own = 1\n-- now: [^\n]+\nlocal time = .+\nlocal now = .+\nreturn now$/,
    );
  });

  it('contains the numbers of the limits, those of a piece too', () => {
    write('lua/own.lua', 'local lease = limits.leaseMs\n');
    expect(read('#!lua\n-- include: own\nreturn limits.tickMs / 2')).toBe(
      `#!lua\nlocal lease = ${limits.leaseMs}\nreturn ${limits.tickMs} / 2`,
    );
  });

  it('is refused with the names when a piece or a limit does not exist', () => {
    expect(() => read('#!lua\n-- include: nowhere\n')).toThrow(
      /scripts\/verb\.lua: unknown piece "nowhere"; neither .*\/lua\/nowhere\.lua nor .*\/runtime\/src\/lua\/nowhere\.lua exists/,
    );
    expect(() => read('#!lua\nreturn limits.leaseSeconds')).toThrow(/scripts\/verb\.lua: unknown limit "leaseSeconds"/);
  });

  it('is refused when a piece is both of the service and of the runtime', () => {
    write('lua/clock.lua', 'local now = 0\n');
    expect(() => read('#!lua\n-- include: clock\nreturn now')).toThrow(/piece "clock" exists twice/);
    rmSync(join(service, 'lua/clock.lua'));
  });
});
