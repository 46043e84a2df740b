import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');
const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/node_modules|\.next|^test\//.test(name))
    .map((name) => join(root, folder, name));

/** Bundles an import for browsers; modules of Node are errors there. Returns bytes. */
const bundled = async (specifier: string): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${specifier}';`, resolveDir: join(root, 'web') },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['development'],
    logLevel: 'silent',
  });
  return outputFiles[0]!.contents.byteLength;
};

describe('the contracts in a browser', () => {
  it('reach no module of Node', async () => {
    expect(await bundled('@sunbeon/contracts')).toBeGreaterThan(0);
    await expect(bundled('@sunbeon/contracts/server')).rejects.toThrow('node:crypto');
  });

  it('come without the schemas where a page imports a constant', async () => {
    for (const name of [
      'attention',
      'cadence',
      'chance',
      'errors',
      'estimate',
      'ids',
      'limits',
      'live',
      'sale-status',
      'samples',
      'times',
    ]) {
      expect(`${name}: ${(await bundled(`@sunbeon/contracts/${name}`)) < 6_000}`).toBe(`${name}: true`);
    }
  });

  it('are imported by the page by their name, and its server part not at all', () => {
    const imports = sources('web').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/from '([^']*contracts[^']*)'/g)].map(([, from]) => from!),
    );
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((from) => !from.startsWith('@sunbeon/contracts') || from === '@sunbeon/contracts/server')).toEqual([]);
  });
});
