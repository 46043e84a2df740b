import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../', import.meta.url);
const sources = ['app', 'features', 'lib', 'ui'].flatMap((part) =>
  readdirSync(new URL(`${part}/`, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${part}/${name}`),
);

describe('the source of the pages', () => {
  it('puts no text into the page as markup, and reloads nothing on a timer', () => {
    expect(sources.length).toBeGreaterThan(50);
    for (const name of sources) {
      const found = /dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|document\.write|location\.reload|http-equiv/.exec(
        readFileSync(new URL(name, folder), 'utf8'),
      );
      expect([name, found?.[0]]).toEqual([name, undefined]);
    }
  });
});
