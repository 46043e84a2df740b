import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

const section = /^## Ten questions of a newcomer\n(.*?)^## /ms.exec(text('docs/ARCHITECTURE.md'))![1]!;
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.slice(2, -2).split(' | ') as [string, string, string]);
const pathOf = (cell: string): string => /^`([^`]+)`$/.exec(cell)?.[1] ?? cell;

const stemOf = (path: string): string => basename(path).replace(/\.\w+$/, '');
/** By its file name, or by an include. */
const namesFile = (source: string, path: string): boolean =>
  new RegExp(`(?:/|\\b)${stemOf(path)}\\.(?:lua|tsx?)\\b|^-- include: ${stemOf(path)}$`, 'm').test(source);
const exportsOf = (source: string): string[] => [...source.matchAll(/^export (?:const|interface|type) (\w+)/gm)].map(([, name]) => name!);
const importsOfPackages = (source: string): string[] =>
  [...source.matchAll(/^import (?:type )?\{([^}]+)\} from '@sunbeon\/[^']+'/gm)].flatMap(([, names]) =>
    names!.split(',').map((name) => name.replace('type ', '').trim()),
  );
const metricsOf = (source: string): string[] => source.match(/\bsunbeon_[a-z_]+/g) ?? [];
const meet = (a: readonly string[], b: readonly string[]): boolean => a.some((name) => b.includes(name));

describe('the table of ten questions', () => {
  it('has ten', () => {
    expect(rows.map((row) => row.length)).toEqual(Array.from({ length: 10 }, () => 3));
  });

  it.each(rows)('%s: %s and %s exist, and one refers to the other', (_, first, second) => {
    const paths = [first, second].map(pathOf);
    for (const path of paths) expect(`${path} exists: ${existsSync(join(root, path))}`).toBe(`${path} exists: true`);
    const [a, b] = paths.map(text) as [string, string];
    const refers =
      namesFile(a, paths[1]!) ||
      namesFile(b, paths[0]!) ||
      meet(exportsOf(a), importsOfPackages(b)) ||
      meet(exportsOf(b), importsOfPackages(a)) ||
      meet(metricsOf(a), metricsOf(b));
    expect(`${paths.join(' and ')} refer to each other: ${refers}`).toBe(`${paths.join(' and ')} refer to each other: true`);
  });
});
