import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findK6, folder, scripts } from '../k6/find.mjs';

const { path } = findK6();

describe.each(scripts)('the load script %s', (script) => {
  const file = join(folder, `${script}.ts`);

  it('opens with the question it answers', () => {
    expect(readFileSync(file, 'utf8').split('\n')[0]).toMatch(/^\/\/ .+\?$/);
  });

  it('is set against broken servers in prove/cases.mjs', () => {
    expect(readFileSync(join(folder, 'prove/cases.mjs'), 'utf8')).toContain(`script: '${script}'`);
  });

  (path ? it : it.skip)(
    `can be read by k6, comes at a rate of its own, and has thresholds${path ? '' : ' (skipped: k6 is not installed)'}`,
    () => {
      const { scenarios, thresholds } = JSON.parse(
        execFileSync(path!, ['inspect', '--execution-requirements', file], { encoding: 'utf8' }),
      ) as { scenarios: Record<string, { executor: string }>; thresholds: Record<string, string[]> };
      expect(Object.values(scenarios).some(({ executor }) => executor.endsWith('-arrival-rate'))).toBe(true);
      expect(Object.keys(thresholds).length).toBeGreaterThan(3);
    },
  );
});
