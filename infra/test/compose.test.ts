import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { processCountPattern } from '../../services/gateway/src/processes/process-count.ts';
import { testedVersion } from '../k6/find.mjs';
import { root } from '../../tools/local/commands.mjs';
import { isSecretOf } from '../../tools/local/secrets.mjs';

interface Service {
  image: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  init?: boolean;
  logging?: { driver: string; options: Record<string, string> };
  user?: string;
  networks: string[] | Record<string, unknown>;
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }> | string[];
  command?: string[];
  entrypoint?: string[];
}
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const all = Object.entries(services);
const example = readFileSync(join(root, '.env.example'), 'utf8');

describe('docker-compose.yml', () => {
  it.each(all)('%s has nothing it does not need', (_, service) => {
    expect(service).toMatchObject({ read_only: true, init: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect([service.mem_limit, service.pids_limit]).toEqual([
      expect.stringMatching(/^(\d+[mg]|\$\{[A-Z_]+:-\d+[mg]\})$/),
      expect.any(Number),
    ]);
    // By default Docker keeps everything, on the disk of Redis.
    expect(service.logging).toEqual({ driver: 'local', options: { 'max-size': '20m', 'max-file': '5' } });
    // Exec form, so that signals reach the process without a shell in between.
    for (const command of [service.command, service.entrypoint]) if (command) expect(Array.isArray(command)).toBe(true);
  });

  it.each(all)('%s is an image of ours or a pinned one', (_, { image }) => {
    expect(image).toMatch(/^sunbeon-(services|web)$|:v?\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  it.each(all)('%s: each file it mounts is there, each volume is declared', (_, { volumes: mounts = [] }) => {
    for (const mount of mounts) {
      const [source, , mode] = mount.split(':');
      if (source!.startsWith('./')) expect([existsSync(join(root, source!)), mode]).toEqual([true, 'ro']);
      else expect(Object.keys(volumes)).toContain(source);
    }
  });

  it.each(all)('%s depends only on services with a health check', (_, { depends_on: needed = {} }) => {
    for (const [name, { condition }] of Array.isArray(needed) ? [] : Object.entries(needed)) {
      expect([name, condition, services[name]?.healthcheck !== undefined]).toEqual([name, 'service_healthy', true]);
    }
  });

  it('publishes to everybody only the page and the API; Redis and the services have no way out, but admission to drand and the queue to keys of members', () => {
    const open = all.filter(([, { ports = [] }]) => ports.some((port) => !port.startsWith('127.0.0.1:'))).map(([name]) => name);
    expect(open.toSorted()).toEqual(['gateway', 'web']);
    for (const name of ['redis', 'purchase', 'redis-exporter'])
      expect([services[name]!.networks, services[name]!.ports]).toEqual([['inside'], undefined]);
    for (const name of ['admission-1', 'admission-2', 'queue'])
      expect([services[name]!.networks, services[name]!.ports]).toEqual([['inside', 'outside'], undefined]);
  });

  it('holds no secret; each is asked for, said where to get when it is missing, and made by npm run compose:env', () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]*(?:SECRET|TOKEN|PASSWORD|KEYS)[A-Z_]*)(:\?[^}]*)?\}/g)].map(([, name]) => name!));
    for (const name of asked) {
      expect(text).toContain(`\${${name}:?is not set. npm run compose:env makes a .env with secrets}`);
      expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
      expect([name, isSecretOf(name, '')]).toEqual([name, true]);
    }
    expect(asked.size).toBe(13);
  });

  it('the image of the page holds every file that its start reads', () => {
    const copied = readFileSync(join(root, 'infra/docker/web.Dockerfile'), 'utf8');
    const [own, ...rest] = [
      'start.mjs',
      'answers.mjs',
      'forwarded.mjs',
      'log.mjs',
      'settings.mjs',
      'stopping.mjs',
      'other-upgrades.mjs',
      'ops.mjs',
      'page-metrics.mjs',
    ].map((file) => [...readFileSync(join(root, 'web', file), 'utf8').matchAll(/from '\.\/([\w.-]+)'/g)].map(([, name]) => name!));
    expect(own).toEqual([
      'answers.mjs',
      'forwarded.mjs',
      'log.mjs',
      'ops.mjs',
      'other-upgrades.mjs',
      'routes.mjs',
      'settings.mjs',
      'stopping.mjs',
    ]);
    for (const name of [...own!, ...rest.flat()]) expect(copied).toContain(`/app/web/${name}`);
    // The packages of the ops port, with all that they need.
    const needed = (name: string): string[] => {
      const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
      };
      return [name, ...Object.keys(dependencies).flatMap(needed)];
    };
    for (const name of needed('prom-client')) expect(copied).toContain(`/app/node_modules/${name} node_modules/${name}`);
    // Those of answers.mjs are traced into the standalone folder by name.
    const traced = /node_modules\/\{([^}]+)\}/.exec(readFileSync(join(root, 'web/next.config.ts'), 'utf8'))![1]!.split(',');
    const isNested = (name: string) => traced.some((parent) => existsSync(join(root, 'node_modules', parent, 'node_modules', name)));
    const loaded = ['sirv', 'compression'].flatMap(needed).filter((name) => !isNested(name));
    expect(loaded.length).toBeGreaterThan(8);
    expect(traced).toEqual(expect.arrayContaining(loaded));
  });

  it('the gateway may have the threads of as many processes as GATEWAY_PROCESSES allows', () => {
    const most = Math.max(...[...Array(1_000).keys()].filter((n) => new RegExp(processCountPattern).test(`${n}`)));
    // Node has 11 threads here, and may have one more.
    expect(services['gateway']!.pids_limit).toBeGreaterThan((most + 1) * 12);
  });

  it('page and gateway share the secret that identifies requests of the page, and neither trusts a whole network instead', () => {
    for (const name of ['gateway', 'web']) {
      const { PAGE_SECRET, TRUST_PROXY } = services[name]!.environment!;
      expect([PAGE_SECRET, TRUST_PROXY]).toEqual([
        '${PAGE_SECRET:?is not set. npm run compose:env makes a .env with secrets}',
        '${TRUST_PROXY:-}',
      ]);
    }
  });

  it('Prometheus asks every service by the name and port it has here', () => {
    const { scrape_configs: jobs } = parse(readFileSync(join(root, 'infra/prometheus/prometheus.yml'), 'utf8')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap(({ targets: some }) => some));
    const ops = all.flatMap(([name, { healthcheck }]) => (healthcheck?.test[1] === 'ready' ? [`${name}:${healthcheck.test[2]}`] : []));
    expect(targets).toEqual(expect.arrayContaining([...ops, 'redis-exporter:9121']));
    for (const target of targets) expect([...Object.keys(services), 'localhost']).toContain(target.split(':')[0]);
  });

  it('Grafana finds its data sources, and the collector its trace store, by names that exist', () => {
    for (const file of [
      'infra/grafana/provisioning/datasources/datasources.yml',
      'infra/otel/collector.yml',
      'infra/alertmanager/alertmanager.yml',
      'infra/grafana/provisioning/dashboards/dashboards.yml',
    ]) {
      const content = readFileSync(join(root, file), 'utf8');
      parse(content);
      for (const [, host] of content.matchAll(/(?:http:\/\/|endpoint: )([a-z][\w-]*):\d+/g)) expect(Object.keys(services)).toContain(host);
    }
    expect(services['grafana']!.volumes).toContain('./infra/grafana/dashboards:/etc/grafana/dashboards:ro');
    expect(readFileSync(join(root, 'infra/grafana/provisioning/dashboards/dashboards.yml'), 'utf8')).toContain(
      'path: /etc/grafana/dashboards',
    );
  });

  it('runs the k6 that the results were made with', () => {
    expect(services['k6']!.image).toBe(`grafana/k6:${testedVersion}`);
  });

  const program =
    spawnSync('docker', ['compose', 'version']).status === 0
      ? ['docker', 'compose']
      : spawnSync('docker-compose', ['--version']).status === 0
        ? ['docker-compose']
        : null;
  (program ? it : it.skip)(`is what docker compose understands${program ? '' : ' (skipped: docker compose is not installed)'}`, () => {
    const filled = Object.fromEntries(
      [...example.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value || 'x'.repeat(40)]),
    );
    const [command, ...args] = program!;
    const out = execFileSync(command!, [...args, '--env-file', '.env.example', 'config', '--services'], {
      cwd: root,
      env: { ...process.env, ...filled },
      encoding: 'utf8',
    });
    expect(out).toContain('gateway');
  });
});

describe('npm run compose:env', () => {
  it('makes a file that nobody else can read, also of one that everybody could', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sunbeon-env-'));
    try {
      cpSync(join(root, 'tools/local'), join(folder, 'tools/local'), { recursive: true });
      cpSync(join(root, '.env.example'), join(folder, '.env'));
      cpSync(join(root, '.env.example'), join(folder, '.env.example'));
      const modes = [0o644, 0o666].map((mode) => {
        chmodSync(join(folder, '.env'), mode);
        const said = execFileSync(process.execPath, [join(folder, 'tools/local/compose-env.mjs')], { encoding: 'utf8' });
        return [said.trim(), (statSync(join(folder, '.env')).mode & 0o777).toString(8)];
      });
      expect(modes).toEqual([
        [expect.stringMatching(/TOKEN_SECRET.*nobody but you can read it\.$/), '600'],
        ['.env is complete already.', '600'],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the images', () => {
  it.each(['infra/docker/service.Dockerfile', 'infra/docker/web.Dockerfile'])(
    '%s: several stages, not root, no npm, an SBOM, no shell before the process',
    (file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
      expect(lines.filter((line) => line.startsWith('FROM ')).length).toBeGreaterThan(1);
      // By number: Kubernetes refuses a name under runAsNonRoot.
      expect(last).toContain('USER 1000:1000');
      expect(last[0]).toBe('FROM ${BASE_IMAGE}');
      expect(lines.join(' ')).toMatch(/npm sbom --package-lock-only --omit=dev .* > sbom\.cdx\.json/);
      expect(last.some((line) => /^COPY --from=(modules \/app|build \/app\/sbom\.cdx\.json) \.\/$/.test(line))).toBe(true);
      expect(last.filter((line) => /^(CMD|ENTRYPOINT)/.test(line)).every((line) => /^(CMD|ENTRYPOINT) \[/.test(line))).toBe(true);
      expect(last.some((line) => line.startsWith('RUN'))).toBe(false);
      expect(lines[1]).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-bookworm-slim$/);
      // The same Debian, so that Node finds the libraries that it was built with.
      expect(lines[2]).toMatch(/^ARG BASE_IMAGE=debian:12\.\d+-slim$/);
    },
  );
});
