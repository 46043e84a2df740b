import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../local/commands.mjs';
import { linksOf } from '../local/markdown.mjs';

/** All pictures of both READMEs together, bytes. */
const pictureLimitBytes = 300_000;
const translations = ['README.md', 'README.ko.md'] as const;
/** Pages that exist in both languages. */
const pairs = [
  translations,
  ['docs/GUARD.md', 'docs/GUARD.ko.md'],
  ['docs/DRAW.md', 'docs/DRAW.ko.md'],
  ['docs/ENTRANCE.md', 'docs/ENTRANCE.ko.md'],
] as const;
/** As pages of the root and of docs/ link them. */
const pages = pairs.flat().flatMap((file) => [file, basename(file)]);

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const texts = translations.map(read) as [string, string];
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** The commands of a block: comments are translated, and so are the labels of a diagram. */
const commandsOf = (block: string): string =>
  block
    .replaceAll(/^# .*\n/gm, '')
    .replaceAll(/^( *(?:participant \w+ as|\w+--?>>\w+:|Note over \w+:)) .*$/gm, '$1 …')
    .replaceAll(/"[^"]*<br\/>[^"]*"/g, '"…"')
    .replaceAll(/\|[^|\n]*\|/g, '|…|');

interface Section {
  level: number;
  blocks: string[];
  links: string[];
  rows: number;
  items: number;
  questions: number;
}

/** The parts of a section that do not depend on its language. Links to a translated page are left out, and a heading of the page itself has no name. */
const sectionsOf = (text: string): Section[] =>
  text.split(/^(?=#{1,3} (?!\d\. ))/m).map((section) => {
    const prose = section.replaceAll(/^```[^]*?^```$/gm, '');
    return {
      level: /^#+/.exec(section)?.[0].length ?? 0,
      blocks: [...section.matchAll(/^```[^]*?^```$/gm)].map(([block]) => commandsOf(block)),
      links: linksOf(section)
        .filter((link) => !pages.includes(link))
        .map((link) => link.replace(/-(?:en|ko)\.webp$/, '.webp').replace(/^#.*$/, '#'))
        .toSorted(),
      rows: count(prose, /^\|/gm),
      items: count(prose, /^(?:-|\d+\.) /gm),
      questions: count(prose, /^\*\*[^*]+\?\*\*/gm),
    };
  });

/** Numbers as written in English, without the separators of thousands: `26,409` is `26409`. */
const numbersOf = (text: string): string[] => text.replaceAll(/(?<=\d),(?=\d{3})/g, '').match(/\d+(?:\.\d+)?(?:\/\d+(?:\.\d+)?)?/g) ?? [];

/** Rows of a README with one number at least and one link to a record of measurements. */
const claimsOf = (text: string): { claim: string; source: string }[] =>
  [...text.matchAll(/^\| ([^|]*\d[^|]*) \| \[[^\]]+\]\((docs\/(?:results\/[\w-]+|SCALE)\.md)\) \|$/gm)].map(([, claim, source]) => ({
    claim: claim!,
    source: source!,
  }));

describe.each(pairs)('%s and %s', (...files) => {
  it('have the same sections in the same order, with the same commands, links, rows and items', () => {
    const [english, korean] = files.map((file) => sectionsOf(read(file)));
    expect(english!.length).toBeGreaterThan(5);
    expect(korean).toEqual(english);
  });
});

describe('README.md and README.ko.md', () => {
  it('have ten questions', () => {
    for (const text of texts) expect(sectionsOf(text).map(({ questions }) => questions)).toContain(10);
  });

  it('show the wait and the console, each in its language, and smaller than 300 kB together', () => {
    const pictures = texts.map((text) => linksOf(text).filter((link) => /\.(?:webp|png|jpe?g|gif|svg)$/.test(link)));
    expect(pictures).toEqual(['en', 'ko'].map((language) => ['wait', 'console'].map((name) => `docs/pictures/${name}-${language}.webp`)));
    const bytes = pictures.flat().map((picture) => statSync(join(root, picture)).size);
    expect(Math.min(...bytes)).toBeGreaterThan(1_000);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(pictureLimitBytes);
  });

  it('make the same three claims, and each number is in the linked record', () => {
    const [english, korean] = texts.map(claimsOf);
    expect(english).toHaveLength(3);
    expect(korean!.map(({ claim, source }) => [source, numbersOf(claim).toSorted()])).toEqual(
      english!.map(({ claim, source }) => [source, numbersOf(claim).toSorted()]),
    );
    for (const { claim, source } of english!) {
      expect(numbersOf(claim).length).toBeGreaterThan(1);
      expect(numbersOf(read(source))).toEqual(expect.arrayContaining(numbersOf(claim)));
    }
  });

  it('show an example of the client as it is tested, in at most 30 lines', () => {
    for (const text of texts) {
      const [, file, code] = /^<!-- code: (\S+) -->\n\n```ts\n([^]*?)```$/m.exec(text)!;
      expect(code!.split('\n').length - 1).toBeLessThanOrEqual(30);
      if (existsSync(join(root, 'packages/client'))) expect(code).toBe(read(file!));
    }
  });
});
