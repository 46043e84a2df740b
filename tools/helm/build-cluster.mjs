import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, which } from '../local/commands.mjs';
import { CliError, step } from '../local/console.mjs';
import { moduleFolder } from './modules.mjs';
import { findProgram, folderOf } from './programs.mjs';
import { clusterPrograms } from './versions.mjs';

/**
 * go.mod of a module that was made inside a larger repository, so that it builds alone: `replace` leads to folders that the module does not have. The
 * staging modules of Kubernetes v1.x.y are published as v0.x.y.
 */
const alone = (goMod, version) =>
  goMod.replaceAll(/^.*=> \.\.?\/.*$/gm, '').replaceAll(/^(\s*k8s\.io\/[\w-]+) v0\.0\.0$/gm, `$1 ${version.replace(/^v1/, 'v0')}`);

/** Builds etcd, kube-apiserver and kubectl from their Go modules, once, into the user's cache: ten minutes and more on two cores. */
export const buildCluster = async () => {
  for (const [name, { module, version, folder }] of Object.entries(clusterPrograms)) {
    if (findProgram(name)) continue;
    if (!which('go')) throw new CliError(`Go is not installed. Install it, or put ${name} ${version} on PATH.`);
    const place = mkdtempSync(join(tmpdir(), 'sunbeon-build-'));
    try {
      await step(`build ${name} ${version}`, async () => {
        const sources = join(place, 'module');
        cpSync(moduleFolder(`${module}@${version}`), sources, { recursive: true });
        execFileSync('chmod', ['-R', 'u+w', sources]);
        rmSync(join(sources, 'vendor'), { recursive: true, force: true });
        writeFileSync(join(sources, 'go.mod'), alone(readFileSync(join(sources, 'go.mod'), 'utf8'), version));
        mkdirSync(folderOf(name), { recursive: true });
        const [, minor] = version.split('.');
        const at = 'k8s.io/component-base/version.git';
        const flags = `-X ${at}Version=${version} -X ${at}Major=1 -X ${at}Minor=${minor}`;
        await run('nice', ['-n', '19', 'go', 'build', '-ldflags', flags, '-o', join(folderOf(name), name), folder], {
          quiet: true,
          cwd: sources,
          env: { GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off' },
        });
      });
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
};
