import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = execFileSync('git', ['ls-files', 'packages', 'services', 'web', 'examples'], { cwd: root, encoding: 'utf8' }).split('\n');
const workspaces = files.filter((path) => /(^|\/)package\.json$/.test(path)).map((path) => path.slice(0, -'/package.json'.length));

/** `@scope/name/part` → `@scope/name`; null for a path and for what Node has. */
const packageOf = (specifier: string): string | null => {
  if (/^[./]/.test(specifier) || isBuiltin(specifier)) return null;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
};

// An image installs some workspaces and not the others: what another one brings is missing there.
describe.each(workspaces)('%s', (workspace) => {
  it('declares each package that it imports', () => {
    const declared = JSON.parse(text(`${workspace}/package.json`)) as Record<string, unknown> & { name: string };
    const names = new Set([
      declared.name,
      ...['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) => Object.keys(declared[kind] ?? {})),
    ]);
    const sources = files.filter((path) => path.startsWith(`${workspace}/`) && /\.(?:ts|tsx|mjs)$/.test(path) && !path.includes('/test/'));
    const missing = sources.flatMap((path) =>
      ts
        .preProcessFile(text(path))
        .importedFiles.map(({ fileName }) => packageOf(fileName))
        .filter((name) => name !== null && !names.has(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(sources.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });
});
