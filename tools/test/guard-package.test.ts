import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';
import { StandIn } from '../../packages/guard/test/stand-in.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
let project: string;
let packed: string[];
let standIn: StandIn;

const pack = async (folder: string): Promise<{ archive: string; paths: string[] }> => {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project, `./${folder}`], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { archive: join(project, filename), paths: files.map(({ path }) => path) };
};
const tsc = (...args: string[]) =>
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: root }).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });

/** What a stranger writes; a line that must not compile is an error when it does. */
const shop = `
import { createGuard, GuardError, type Guard, type Pass } from '@sunbeon/guard';
const guard: Guard = createGuard({ saleId: 'concert', gatewayUrl: 'https://a.example', roomUrl: 'https://b.example', shopKey: 'k' });
const result = await guard.check(new Request('https://shop.example/'));
const pass: Pass | null | Response = 'pass' in result ? result.pass : result.response;
void pass;
// @ts-expect-error there are two outcomes
void guard.complete('concert.x', { outcome: 'sold' });
// @ts-expect-error the key is needed
createGuard({ saleId: 'concert', gatewayUrl: 'https://a.example', roomUrl: 'https://b.example' });
void new GuardError('x', 503).status;
`;

/** One file for a runtime without modules of Node. */
const bundle = (external: string[], entry: string) =>
  build({
    stdin: { contents: entry, resolveDir: project },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: external.length > 0 ? 'esm' : 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['worker', 'browser'],
    external,
    logLevel: 'silent',
  });

beforeAll(async () => {
  await tsc('-b', 'packages/guard');
  standIn = await StandIn.start();
  project = mkdtempSync(join(tmpdir(), 'sunbeon-guard-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  const guard = await pack('packages/guard');
  packed = guard.paths;
  const archives = [guard.archive, (await pack('node_modules/jose')).archive];
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...archives], { cwd: project });
}, 240_000);
afterAll(async () => {
  await standIn.stop();
  rmSync(project, { recursive: true, force: true });
});

describe('the guard as it is published', () => {
  it('depends on jose alone, and brings what was built, its guide and its licence', () => {
    const manifest = JSON.parse(readFileSync(join(project, 'node_modules/@sunbeon/guard/package.json'), 'utf8')) as {
      dependencies: object;
      engines: object;
      type: string;
    };
    expect(manifest).toMatchObject({ type: 'module', engines: { node: '>=20' } });
    expect(Object.keys(manifest.dependencies)).toEqual(['jose']);
    expect(packed.filter((path) => !/^(dist\/[a-z-]+\.(js|d\.ts)|README\.md|LICENSE|package\.json)$/.test(path))).toEqual([]);
    const entries = ['index', 'express', 'fastify', 'next'].flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]);
    expect(packed).toEqual(expect.arrayContaining(['README.md', 'LICENSE', ...entries]));
  });

  it('runs in an empty project on this Node', async () => {
    const program = `
      import { createGuard } from '@sunbeon/guard';
      import { expressGuard } from '@sunbeon/guard/express';
      import { fastifyGuard } from '@sunbeon/guard/fastify';
      const guard = createGuard({ saleId: 'concert', gatewayUrl: '${standIn.url}', roomUrl: 'https://wait.example', shopKey: '${standIn.shopKey}' });
      const result = await guard.check(new Request('https://shop.example/?sunbeon_ticket=${standIn.ticket()}'));
      console.log(result.response.status, result.response.headers.get('location'), typeof expressGuard(guard), typeof fastifyGuard(guard));`;
    writeFileSync(join(project, 'shop.mjs'), program);
    // It ends by itself: no timer of the guard keeps a process alive.
    const { stdout } = await run(process.execPath, [join(project, 'shop.mjs')], { cwd: project, timeout: 60_000 });
    expect(stdout).toBe('302 https://shop.example/ function function\n');
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'has types, by %s and %s, without those of Node',
    async (module, moduleResolution) => {
      writeFileSync(join(project, 'shop.ts'), shop);
      const compilerOptions = { target: 'es2023', module, moduleResolution, lib: ['es2023', 'dom'], strict: true, noEmit: true, types: [] };
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['shop.ts'] }));
      await tsc('-p', project);
    },
    120_000,
  );

  it('is at most 15 kB gzipped without jose, all adapters included', async () => {
    const entry = ['', '/express', '/fastify', '/next'].map((name) => `export * from '@sunbeon/guard${name}';`).join('');
    const { outputFiles } = await bundle(['jose', 'next'], entry);
    expect(gzipSync(outputFiles[0]!.contents).byteLength).toBeLessThanOrEqual(15_000);
  });

  it('runs in an edge runtime: ticket, pass, order', async () => {
    const { outputFiles, metafile } = await bundle(
      [],
      `import { createGuard } from '@sunbeon/guard';
       let guard;
       addEventListener('fetch', (event) => event.respondWith((async () => {
         guard ??= createGuard({ saleId: 'concert', gatewayUrl: '${standIn.url}', roomUrl: 'https://wait.example', shopKey: '${standIn.shopKey}' });
         const result = await guard.check(event.request, { waitUntil: (work) => event.waitUntil(work) });
         if ('response' in result) return result.response;
         if (event.request.method !== 'POST') return Response.json(result.pass);
         const { setCookie } = await guard.complete(result.pass.passId, { outcome: 'purchased' });
         return new Response('thanks', { headers: { 'set-cookie': setCookie } });
       })()));`,
    );
    expect(Object.keys(metafile.inputs).filter((name) => name.startsWith('node:'))).toEqual([]);
    const edge = new EdgeRuntime({ initialCode: outputFiles[0]!.text });
    const ask = (path: string, init?: RequestInit) => edge.dispatchFetch(`https://shop.example${path}`, init);

    const entered = await ask(`/seats?sunbeon_ticket=${standIn.ticket()}`);
    expect([entered.status, entered.headers.get('location')]).toEqual([302, 'https://shop.example/seats']);
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    const inside = await ask('/seats', { headers: { cookie } });
    expect(await inside.json()).toMatchObject({ saleId: 'concert', visitorId: 'visitor-of-the-tests' });
    const ordered = await ask('/order', { method: 'POST', headers: { cookie } });
    expect([await ordered.text(), ordered.headers.get('set-cookie')]).toEqual(['thanks', expect.stringContaining('Max-Age=0')]);
    expect((await ask('/seats', { headers: { cookie } })).status).toBe(401);
  });
});
