import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../local/commands.mjs';
import { anchorsOf, linksOf, numbersOf } from '../local/markdown.mjs';
import { filesOf } from '../local/text-files.mjs';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const documents = filesOf(['.md']);

/** What is wrong with a link in `file`, or null. */
const faultOf = (file: string, link: string): string | null => {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) return null;
  const [path, anchor] = link.split('#').map(decodeURIComponent);
  const target = path ? normalize(path.startsWith('/') ? path.slice(1) : join(dirname(file), path)) : file;
  if (target.startsWith('..') || !existsSync(join(root, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || !target.endsWith('.md') || statSync(join(root, target)).isDirectory()) return null;
  return anchorsOf(read(target)).has(anchor) ? null : `${link}: ${target} has no such heading`;
};

/** References such as `DESIGN §8`, `RELIABILITY.md §3.1`, `docs/DESIGN.md §4 and §5`; `RFC 9110 §12` is none. */
const sectionsIn = (text: string): string[] =>
  [
    ...text.matchAll(/\b([A-Z][A-Z_-]+\.md|[A-Z][A-Z_-]+|[\w-]+\.md)(?:[`)\]]|\([^)]*\))*,? ((?:§§? ?\d+(?:\.\d+)*(?:, | and |–|-| )?)+)/g),
  ].flatMap(([, name, numbers]) => [...numbers!.matchAll(/\d+(?:\.\d+)*/g)].map(([number]) => `${name!.replace(/\.md$/, '')} §${number}`));

/** Whether docs/ has a heading of that number. */
const resolves = (section: string): boolean => {
  const [name, number] = section.split(' §');
  return documents.some((file) => file.startsWith('docs/') && basename(file, '.md') === name && numbersOf(read(file)).has(number!));
};

describe('the links of Markdown files', () => {
  it.each(documents)('%s: every relative link and anchor resolves', (file) => {
    expect(
      linksOf(read(file))
        .map((link) => faultOf(file, link))
        .filter((fault) => fault !== null),
    ).toEqual([]);
  });

  it('are found in every form, and not in code', () => {
    const text =
      '[a](a.md) ![b](<b.png> "B") [c]\n\n[c]: c.md\n\n<img src="d.svg"> [`e`](e.md) `[f](f.md)`\n\n```\n[g](g.md)\n# No heading\n```\n';
    expect(linksOf(text).toSorted()).toEqual(['a.md', 'b.png', 'c.md', 'd.svg', 'e.md']);
    expect(anchorsOf(text)).toEqual(new Set());
  });

  it('follow the anchors of GitHub', () => {
    const headings = [
      '# What it carries',
      '## What it carries',
      "## `npm test`: fast, isn't it?",
      '## A & B – C',
      '## 시작하기',
      '## snake_case and **bold**',
      '## [a link](x.md) here',
      '## 8.1 Cadence',
    ];
    expect([...anchorsOf(headings.join('\n\n'))]).toEqual([
      'what-it-carries',
      'what-it-carries-1',
      'npm-test-fast-isnt-it',
      'a--b--c',
      '시작하기',
      'snake_case-and-bold',
      'a-link-here',
      '81-cadence',
    ]);
  });

  it('report a file and an anchor that are not there', () => {
    expect([
      faultOf('README.md', 'docs/NOTHING.md'),
      faultOf('docs/SCALE.md', '../README.md#nothing'),
      faultOf('README.md', '../outside.md'),
      faultOf('README.md', '#nothing'),
    ]).not.toContain(null);
    expect([
      faultOf('README.md', 'https://example.com/x'),
      faultOf('docs/SCALE.md', '../README.md#test'),
      faultOf('README.md', 'docs'),
    ]).toEqual([null, null, null]);
  });
});

describe('references to numbered sections', () => {
  const files = filesOf([
    '.md',
    '.ts',
    '.tsx',
    '.mts',
    '.mjs',
    '.js',
    '.lua',
    '.sh',
    '.c',
    '.css',
    '.yml',
    '.yaml',
    '.conf',
    '.toml',
    'Dockerfile',
  ]).filter((file) => file !== 'tools/test/links.test.ts');
  const references = files.flatMap((file) => sectionsIn(read(file)).map((section) => [file, section] as const));

  it('resolve to a heading of that number in docs/', () => {
    const dangling = references.filter(([, section]) => !resolves(section));
    expect(dangling.map(([file, section]) => `${file}: ${section}`)).toEqual([]);
  });

  it('are found in code, Lua and Markdown, alone and in lists', () => {
    expect(sectionsIn('(DESIGN §8) docs/DESIGN.md §4.2 and §5, `RELIABILITY.md` §3; [SCALE.md](SCALE.md) §7')).toEqual([
      'DESIGN §8',
      'DESIGN §4.2',
      'DESIGN §5',
      'RELIABILITY §3',
      'SCALE §7',
    ]);
    expect(sectionsIn('RFC 9110 §12.5.4, and §4 alone')).toEqual([]);
  });

  it('know the numbers of headings', () => {
    expect([
      ...numbersOf('# Design\n\n## 1. Words\n\n## 8 Live\n\n### 8.1 Cadence\n\n## §10 Sockets\n\n## 2026 was a year\n\n## F17\n'),
    ]).toEqual(['1', '8', '8.1', '10', '2026']);
  });
});
