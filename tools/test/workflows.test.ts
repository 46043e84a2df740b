import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { programs } from '../helm/versions.mjs';
import { root } from '../local/commands.mjs';
import { filesOf } from '../local/text-files.mjs';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  needs?: string | string[];
  steps?: Step[];
  permissions?: Record<string, string>;
  strategy?: { 'fail-fast'?: boolean; matrix: Record<string, unknown> };
  'timeout-minutes'?: number;
}
interface Workflow {
  on: Record<string, { branches?: string[]; tags?: string[] } | null>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}
interface Manifest {
  private?: boolean;
  name: string;
  version: string;
  scripts?: Record<string, string>;
  repository?: { url: string; directory: string };
  files?: string[];
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifestOf = (folder: string): Manifest => JSON.parse(read(join(folder, 'package.json'))) as Manifest;
const folder = '.github/workflows';
const names = readdirSync(join(root, folder));
const workflows = Object.fromEntries(names.map((name) => [name, parse(read(join(folder, name))) as Workflow]));
const ci = workflows['ci.yml']!;
const release = workflows['release.yml']!;
const jobs = Object.entries(workflows).flatMap(([file, { jobs: some }]) =>
  Object.entries(some).map(([name, job]) => [`${file}: ${name}`, job] as const),
);
const stepsOf = (job: Job | undefined): Step[] => job?.steps ?? [];
const commandsOf = (job: Job | undefined): string[] => stepsOf(job).flatMap(({ run }) => run ?? []);
const step = (job: Job | undefined, action: string): Step | undefined => stepsOf(job).find(({ uses }) => uses?.startsWith(`${action}@`));

const { scripts } = manifestOf('.');
const workspaces = ['packages', 'services']
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
  .concat('web');
/** The commands of npm in a text that no package.json has: `npm run x`, `npm start`, `npm test`, with `-w <workspace>`. */
const missingScripts = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)(?: (?:-w|--workspace)[ =]([\w@/-]+))?/g)].flatMap(
    ([command, name, short, workspace]) => {
      if (workspace && !workspaces.includes(workspace)) return [command];
      return (name ?? short)! in ((workspace ? manifestOf(workspace).scripts : scripts) ?? {}) ? [] : [command];
    },
  );

describe('ci.yml', () => {
  it('runs on a push to main, on a pull request, and for a release', () => {
    expect(Object.keys(ci.on).toSorted()).toEqual(['pull_request', 'push', 'workflow_call']);
    expect(ci.on['push']).toEqual({ branches: ['main'] });
    expect(ci.on['pull_request']).toBeNull();
  });

  it('tests Node 22 and 24, each with Redis 7.2, Redis 8 and Valkey 8, and all of them when one fails', () => {
    expect(ci.jobs['test']!.strategy).toEqual({
      'fail-fast': false,
      matrix: { node: [22, 24], server: ['redis:7.2', 'redis:8', 'valkey/valkey:8'] },
    });
  });

  it('calls .ci/run in an image made of both parts of the matrix', () => {
    const commands = commandsOf(ci.jobs['test']);
    expect(commands.find((command) => command.startsWith('docker build'))).toMatch(
      /"NODE=\$\{\{ matrix\.node \}\}".*"SERVER=\$\{\{ matrix\.server \}\}".* \.ci$/,
    );
    expect(commands.at(-1)).toMatch(/--volume "\$GITHUB_WORKSPACE:\/sunbeon" --entrypoint \.ci\/run sunbeon-ci$/);
    expect(() => accessSync(join(root, '.ci/run'), constants.X_OK)).not.toThrow();
  });

  it('gives the tests the server of the matrix under every name that they start', () => {
    const image = read('.ci/Dockerfile');
    for (const argument of ['NODE', 'SERVER'])
      expect(image).toMatch(new RegExp(`^ARG ${argument}=.+\n[^]*^FROM .*\\$\\{${argument}\\}`, 'm'));
    expect(image).toMatch(
      /^COPY --from=server \/usr\/local\/bin\/\*-server \/usr\/local\/bin\/\*-sentinel \/usr\/local\/bin\/\*-cli \/usr\/local\/bin\/$/m,
    );
    expect(image).toContain('ENV REDIS_SERVER=/usr/local/bin/redis-server\n');
  });

  it('has the programs that check the chart: .ci/run builds them where Go is, and the image brings them', () => {
    expect(read('.ci/run')).toContain('if command -v go >/dev/null; then npm run helm:tools; fi\n');
    for (const { path, version } of Object.values(programs)) expect(read('.ci/Dockerfile')).toContain(`go install ${path}@${version}`);
    expect(read('.ci/Dockerfile')).toContain('COPY --from=chart /go/bin/helm /go/bin/kubeconform /usr/local/bin/\n');
  });

  it('is what .ci/run ends with: the test command of the README, then what takes longer', () => {
    expect(read('.ci/run').trim().split('\n').slice(-2)).toEqual(['npm test', 'npm run test:long']);
    expect(read('README.md')).toMatch(/^## Test\n\n```\nnpm test\n```/m);
  });
});

describe('release.yml', () => {
  it('runs on a version tag only, and publishes what has passed CI under the version of the tag', () => {
    expect(release.on).toEqual({ push: { tags: ['v*'] } });
    expect(release.jobs['test']).toEqual({ needs: 'version', uses: './.github/workflows/ci.yml' });
    expect(commandsOf(release.jobs['version'])).toEqual(['test "$GITHUB_REF_NAME" = "v$(jq -r .version package.json)"']);
    for (const name of ['images', 'packages']) expect(release.jobs[name]!.needs).toBe('test');
  });

  it('builds every image of infra/docker for amd64 and arm64, with provenance and SBOM, and pushes it to ghcr.io', () => {
    const job = release.jobs['images']!;
    const built = job.strategy!.matrix['include'] as { image: string; file: string }[];
    const dockerfiles = readdirSync(join(root, 'infra/docker'))
      .filter((name) => name.endsWith('Dockerfile'))
      .map((name) => `infra/docker/${name}`);
    expect(built.map(({ file }) => file).toSorted()).toEqual(dockerfiles.toSorted());
    // The names that compose and Kubernetes use.
    for (const { image } of built)
      expect([read('docker-compose.yml'), read('infra/helm/sunbeon/values.yaml')].every((text) => text.includes(image))).toBe(true);
    expect(step(job, 'docker/setup-qemu-action') && step(job, 'docker/setup-buildx-action')).toBeDefined();
    expect(step(job, 'docker/login-action')!.with).toMatchObject({ registry: 'ghcr.io' });
    expect(step(job, 'docker/metadata-action')!.with).toMatchObject({
      images: 'ghcr.io/${{ github.repository_owner }}/${{ matrix.image }}',
    });
    expect(step(job, 'docker/build-push-action')!.with).toMatchObject({
      context: '.',
      file: '${{ matrix.file }}',
      platforms: 'linux/amd64,linux/arm64',
      push: true,
      provenance: 'mode=max',
      sbom: true,
    });
  });

  it('publishes the packages that are not private to npm, built, with provenance and without a token', () => {
    const commands = commandsOf(release.jobs['packages']);
    expect(commands.map((command) => command.split(' --')[0])).toEqual(['npm ci', 'npm run build', 'npm publish']);
    expect(commands.at(-1)).toMatch(/^npm publish --workspaces --access public --provenance /);
    expect(read(join(folder, 'release.yml'))).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
  });

  it('a package that is not private says where its source is, which provenance needs, and what it contains', () => {
    for (const workspace of workspaces) {
      const manifest = manifestOf(workspace);
      if (!manifest.private)
        expect(manifest).toMatchObject({
          repository: { url: expect.stringMatching(/^git\+https:\/\/github\.com\//), directory: workspace },
          files: expect.arrayContaining(['dist']),
        });
    }
  });

  it('one version holds for all workspaces', () => {
    expect(new Set(workspaces.concat('.').map((workspace) => manifestOf(workspace).version)).size).toBe(1);
  });
});

describe('every workflow', () => {
  it.each(names)('%s may only read the repository, unless a job has more permissions', (name) => {
    expect(workflows[name]!.permissions).toEqual({ contents: 'read' });
  });

  it('no job has a permission that its work does not need', () => {
    const more = jobs.flatMap(([name, { permissions }]) => (permissions ? [[name, permissions]] : []));
    expect(Object.fromEntries(more)).toEqual({
      'release.yml: images': { contents: 'read', packages: 'write' },
      'release.yml: packages': { contents: 'read', 'id-token': 'write' },
    });
  });

  it.each(jobs)('%s: actions by major version, no credentials left in the checkout, a time limit', (_, job) => {
    for (const { uses } of stepsOf(job)) if (uses) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    for (const { uses, with: options } of stepsOf(job))
      if (uses?.startsWith('actions/checkout@')) expect(options).toMatchObject({ 'persist-credentials': false });
    if (!job.uses) expect(job['timeout-minutes']).toBeGreaterThan(0);
    else expect(existsSync(join(root, job.uses))).toBe(true);
  });

  it.each(jobs)('%s: no text from outside becomes part of a command', (_, job) => {
    for (const command of commandsOf(job)) expect(command).not.toMatch(/\$\{\{[^}]*(github\.(event|head_ref)|inputs)\b/);
  });

  it.each(names)('%s calls only commands of npm that exist', (name) => {
    expect(missingScripts(read(join(folder, name)))).toEqual([]);
  });
});

describe('the versions of Node', () => {
  it('.nvmrc names one that CI tests', () => {
    const node = Number(read('.nvmrc').trim());
    expect(ci.jobs['test']!.strategy!.matrix['node'] as number[]).toContain(node);
  });

  it('the images run one that CI tests', () => {
    const images = readdirSync(join(root, 'infra/docker')).filter((name) => name.endsWith('Dockerfile'));
    for (const name of images)
      expect(ci.jobs['test']!.strategy!.matrix['node']).toContain(
        Number(/^ARG NODE_IMAGE=node:(\d+)\./m.exec(read(`infra/docker/${name}`))![1]),
      );
  });
});

describe('the documentation', () => {
  // The changelog keeps the names of its time.
  // Records of measurements and of old names are history.
  const documents = filesOf(['.md', '.yml']).filter(
    (file) =>
      !/^docs\/(results\/|adr\/0016)/.test(file) && /^(README|CONTRIBUTING|SECURITY|docs\/|\.github\/|\.changeset\/README)/.test(file),
  );

  it.each(documents)('%s names only commands of npm that exist', (file) => {
    expect(missingScripts(read(file))).toEqual([]);
  });

  it('is looked at where commands are named', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'README.ko.md', 'CONTRIBUTING.md', 'docs/OPERATIONS.md', 'docs/SCALE.md']),
    );
    expect(missingScripts('`npm run nothing`, `npm run build -w web`, `npm run start -w services/nobody`, `npm start`')).toEqual([
      'npm run nothing',
      'npm run start -w services/nobody',
    ]);
  });
});
