import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beaconOf, firstRoundAfter, frozenAtMs, makeDraw, testChain, visitorIds } from '../../packages/verify/test/draw-maker.ts';
import { StandIn } from '../../packages/verify/test/stand-in.ts';

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

beforeAll(async () => {
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/verify'], { cwd: root });
  standIn = await StandIn.start(makeDraw(visitorIds(7), beaconOf(firstRoundAfter(frozenAtMs))));
  project = mkdtempSync(join(tmpdir(), 'sunbeon-verify-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  writeFileSync(join(project, 'chain.json'), JSON.stringify(testChain));
  const verifier = await pack('packages/verify');
  packed = verifier.paths;
  const archives = [verifier.archive];
  for (const name of ['curves', 'hashes']) archives.push((await pack(`node_modules/@noble/${name}`)).archive);
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...archives], { cwd: project });
}, 240_000);
afterAll(async () => {
  await standIn.stop();
  rmSync(project, { recursive: true, force: true });
});

describe('the verifier as it is published', () => {
  it('depends on @noble/curves alone, and brings what was built, the vectors, its guide and its licence', () => {
    const manifest = JSON.parse(readFileSync(join(project, 'node_modules/@sunbeon/verify/package.json'), 'utf8')) as {
      dependencies: object;
    };
    expect(manifest.dependencies).toEqual({ '@noble/curves': '2.4.0' });
    expect(
      packed.filter(
        (path) => !/^(dist\/[a-z-]+\.(js|d\.ts)|vectors\/[a-z-]+\.json|(vectors\/)?README\.md|LICENSE|package\.json)$/.test(path),
      ),
    ).toEqual([]);
    expect(packed).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/main.js', 'dist/draw.js', 'vectors/seven.json']));
  });

  it('imports Node, @noble/curves and itself, and computes the draw by Node alone', () => {
    const built = join(project, 'node_modules/@sunbeon/verify/dist');
    const importsOf = (file: string): string[] =>
      [...readFileSync(join(built, file), 'utf8').matchAll(/ from '([^']+)'/g)].map(([, name]) => name!);
    const files = packed.filter((path) => /^dist\/.*\.js$/.test(path)).map((path) => path.slice('dist/'.length));
    expect(importsOf('draw.js')).toEqual(['node:crypto']);
    for (const file of files) {
      const foreign = importsOf(file).filter((name) => !/^(node:|\.\/)/.test(name));
      expect([file, foreign]).toEqual([file, file === 'beacon.js' ? ['@noble/curves/bls12-381.js'] : []]);
    }
  });

  it('runs in an empty project as npx finds it', async () => {
    const { stdout } = await run('npx', ['--offline', 'sunbeon-verify', standIn.sale, '--beacon', 'chain.json'], {
      cwd: project,
      timeout: 60_000,
    });
    expect(stdout).toMatch(/^PROVEN\./m);
    standIn.draw = { ...standIn.draw, seed: '00'.repeat(32) };
    await expect(
      run('npx', ['--offline', 'sunbeon-verify', standIn.sale, '--beacon', 'chain.json'], { cwd: project }),
    ).rejects.toMatchObject({ code: 1 });
  });

  it('has functions for programs', async () => {
    const program = `
      import { entryOf, rootOf } from '@sunbeon/verify';
      console.log(rootOf(Buffer.concat([entryOf('a', 1, 'b')])).toString('hex').length);`;
    writeFileSync(join(project, 'program.mjs'), program);
    expect((await run(process.execPath, ['program.mjs'], { cwd: project })).stdout).toBe('64\n');
  });
});
