import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createOperator } from '@sunbeon/client/operator';
import { adminToken, startStack } from '../../tests/fixtures/stack.mjs';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'packages/client/examples/buy.ts');
const run = promisify(execFile);
const tsc = (...args: string[]) => run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: root });
let project: string;
let packed: string[];

/** Packs a folder; the path of the archive, and what is in it. */
const pack = async (folder: string): Promise<{ archive: string; paths: string[] }> => {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project, `./${folder}`], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { archive: join(project, filename), paths: files.map(({ path }) => path) };
};

/** Calls that must not compile; a line that does is an error. */
const wrong = `
import { createClient } from '@sunbeon/client';
const client = createClient({ baseUrl: '' });
// @ts-expect-error a quantity is a number
void client.purchase('sale', '2');
// @ts-expect-error there is no such option
void client.join('sale', { proofs: 'p' });
const result = await client.sale('sale');
// @ts-expect-error a sale has no token
if (result.ok) void result.value.token;
// @ts-expect-error no such code
if (!result.ok) void (result.failure.code === 'nonsense');
`;

/** Checks files against the installed package, and writes them as JavaScript. */
const compile = async (files: string[], settings: object = {}): Promise<void> => {
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023', 'dom'],
    strict: true,
    skipLibCheck: true,
    outDir: 'out',
    rootDir: '.',
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    ...settings,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  await tsc('-p', project).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
};

const bundle = (conditions: string[]) =>
  build({
    stdin: { contents: "export * from '@sunbeon/client'; export * from '@sunbeon/client/operator';", resolveDir: project },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'iife',
    globalName: 'sunbeon',
    platform: 'browser',
    conditions,
    logLevel: 'silent',
  });

beforeAll(async () => {
  await tsc('-b', 'packages/client');
  project = mkdtempSync(join(tmpdir(), 'sunbeon-client-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  const client = await pack('packages/client');
  packed = client.paths;
  const archives = [client.archive, (await pack('node_modules/typebox')).archive];
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...archives], { cwd: project });
  cpSync(example, join(project, 'buy.ts'));
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the client as it is published', () => {
  it('has an example of at most 30 lines, which is that of its guide', () => {
    const text = readFileSync(example, 'utf8').trimEnd();
    expect(text.split('\n').length).toBeLessThanOrEqual(30);
    expect(readFileSync(join(root, 'packages/client/README.md'), 'utf8')).toContain(text.slice(text.indexOf('\n') + 1));
  });

  it('joins, waits, claims and buys in an empty project', async () => {
    await compile(['buy.ts']);
    const stack = await startStack({});
    try {
      const operator = createOperator({ baseUrl: stack.gateways[0]!, token: adminToken });
      const sale = 'strangers';
      expect(await operator.create({ saleId: sale, title: 'Strangers', stock: 5 })).toMatchObject({ ok: true, status: 201 });
      const { stdout } = await run(process.execPath, [join(project, 'out/buy.js'), stack.gateways[0]!, sale], {
        cwd: project,
        timeout: 60_000,
      });
      expect(stdout).toMatch(/bought 1 as p_/);
      expect(await operator.sale(sale)).toMatchObject({ ok: true, value: { stock: { sold: 1, left: 4 } } });
    } finally {
      await stack.stop();
    }
  }, 180_000);

  it('has types that a bundler finds, too, and that refuse invalid input', async () => {
    writeFileSync(join(project, 'wrong.ts'), wrong);
    await compile(['wrong.ts'], { module: 'esnext', moduleResolution: 'bundler', noEmit: true });
  });

  it.each([[[]], [['development']]])(
    'is bundled for a browser without a module of Node, with the conditions %j',
    async (conditions: string[]) => {
      const { outputFiles, metafile } = await bundle(conditions);
      const inputs = Object.keys(metafile.inputs);
      expect(inputs.filter((name) => /node:|typebox|(?<!\.d)\.ts$/.test(name))).toEqual([]);
      expect(inputs.some((name) => name.includes('dist/client'))).toBe(true);
      expect(outputFiles[0]!.contents.byteLength).toBeLessThan(20_000);
    },
  );

  it('runs with the globals of a browser alone', async () => {
    const { outputFiles } = await bundle([]);
    const fetch = async (): Promise<Response> =>
      new Response('{"type":"x","code":"sale_not_found"}', { status: 404, headers: { 'content-type': 'application/problem+json' } });
    const browser = { fetch, setTimeout, clearTimeout, AbortController, URLSearchParams, URL, crypto };
    const result: unknown = await runInNewContext(
      `${outputFiles[0]!.text}; sunbeon.createClient({ baseUrl: '' }).sale('nowhere')`,
      browser,
    );
    expect(result).toMatchObject({ ok: false, failure: { code: 'sale_not_found', status: 404 } });
  });

  it('contains the build, its guide and its example, and nothing else', () => {
    expect(
      packed.filter(
        (path) => !/^(dist\/(client|contracts)\/src\/[a-z-]+\.(js|d\.ts)|examples\/buy\.ts|README\.md|LICENSE|package\.json)$/.test(path),
      ),
    ).toEqual([]);
    expect(packed).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'examples/buy.ts', 'dist/client/src/index.d.ts']));
  });
});
