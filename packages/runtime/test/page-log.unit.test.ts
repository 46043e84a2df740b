import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createWebLog } from '../../../web/log.mjs';
import { eventSpec, logLimits } from '../src/index.ts';
import { stackCharacters } from '../src/log/clean.ts';

const file = join(import.meta.dirname, '../../../web/log.mjs');

/** Lines of a process whose output the page's log takes over. */
const linesOf = (program: string): Record<string, unknown>[] =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `(await import(${JSON.stringify(file)})).takeOverOutput({ level: 'info' });
       const fail = (thrown) => globalThis[Symbol.for('sunbeon page failed')](thrown, { method: 'GET', path: '/', headers: {} });
       ${program}`,
    ],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the page, which has a log of its own, keeps to the catalogue', () => {
  it.each(['page_failed', 'web_said', 'request'] as const)('in the number of lines of %s', (event) => {
    const most = eventSpec(event).mostPerMinute ?? logLimits.linesPerMinute;
    const lines: string[] = [];
    const write = createWebLog(
      { level: 'info' },
      (line) => void lines.push(line),
      () => 0,
    );
    for (let i = 0; i < most + 9; i += 1) write('error', event, {}, '');
    expect(lines).toHaveLength(most);
  });

  it('in the length of its texts', () => {
    const [said, error, text] = linesOf(`console.log('x'.repeat(9_000));
      fail(Object.assign(new Error('y'.repeat(9_000)), { stack: 'z'.repeat(9_000) }));
      fail('y'.repeat(9_000));`);
    expect(said!['msg']).toHaveLength(logLimits.saidCharacters);
    expect(error!['err']).toEqual({
      type: 'Error',
      message: 'y'.repeat(logLimits.textCharacters),
      stack: 'z'.repeat(stackCharacters),
    });
    expect(text!['err']).toEqual({ type: 'string', message: 'y'.repeat(logLimits.textCharacters) });
  });
});
