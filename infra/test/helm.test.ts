import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { publicRoutes } from '@sunbeon/contracts';
import { parse, parseAllDocuments } from 'yaml';
import { readServiceConfig as admission } from '../../services/admission/src/config.ts';
import { readServiceConfig as gateway } from '../../services/gateway/src/config.ts';
import { readServiceConfig as purchase } from '../../services/purchase/src/config.ts';
import { readServiceConfig as queue } from '../../services/queue/src/config.ts';
import { findProgram } from '../../tools/helm/programs.mjs';
import { kubernetes, monitoringKinds, nativeKinds, schemasFolder } from '../../tools/helm/versions.mjs';
import { root } from '../../tools/local/commands.mjs';
import { pageSettings } from '../../web/settings.mjs';

interface Container {
  name: string;
  image: string;
  ports: { name: string; containerPort: number }[];
  envFrom?: { configMapRef: { name: string } }[];
  env: { name: string; valueFrom: { secretKeyRef: { name: string; key: string; optional?: boolean } } }[];
  lifecycle?: unknown;
  securityContext: Record<string, unknown>;
  resources: { limits: Record<string, string> };
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, never> & { template: Template; replicas?: number };
  data?: Record<string, string>;
}
interface Template {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: Record<string, unknown> & { containers: Container[]; serviceAccountName?: string; terminationGracePeriodSeconds: number };
}

const helm = findProgram('helm');
const kubeconform = findProgram('kubeconform');
const chart = join(root, 'infra/helm/sunbeon');
const needed = { host: 'tickets.example.com', 'images.registry': 'registry.example.com/tickets' };
const everything = {
  'monitoring.podMonitor.enabled': 'true',
  'monitoring.prometheusRule.enabled': 'true',
  'monitoring.dashboards.enabled': 'true',
  'settings.OTEL_EXPORTER_OTLP_ENDPOINT': 'http://collector:4318',
  'settings.OIDC_ISSUER': 'https://login.example.com',
  'settings.OIDC_CLIENT_ID': 'sunbeon',
};
const nothing = {
  'ingress.enabled': 'false',
  'redisExporter.enabled': 'false',
  'networkPolicy.enabled': 'false',
  'podDisruptionBudget.enabled': 'false',
  'gateway.autoscaling.enabled': 'false',
  'queue.autoscaling.enabled': 'false',
  'secrets.existingSecret': 'mine',
};
const run = (values: Record<string, string>, version = kubernetes.at(-1)!) =>
  spawnSync(
    helm!,
    [
      ...['template', 'sunbeon', chart, '--namespace', 'tickets', '--kube-version', version],
      ...Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ],
    { encoding: 'utf8' },
  );
const render = (values: Record<string, string> = {}, version?: string): string => {
  const { status, stdout, stderr } = run({ ...needed, ...values }, version);
  if (status !== 0) throw new Error(stderr);
  return stdout;
};
const read = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const refusal = (values: Record<string, string>): string => {
  const { status, stderr } = run({ ...needed, ...values });
  return status === 0 ? 'accepted' : stderr;
};
const conform = (text: string, version: string): string => {
  const location = join(root, schemasFolder, '{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json');
  const { stdout } = spawnSync(kubeconform!, ['-strict', '-summary', '-kubernetes-version', version, '-schema-location', location, '-'], {
    input: text,
    encoding: 'utf8',
  });
  return stdout;
};

(helm && kubeconform ? describe : describe.skip)(
  `the Helm chart${helm && kubeconform ? '' : ' (SKIPPED: no helm or no kubeconform; npm run helm:tools builds both with Go)'}`,
  () => {
    const text = helm ? render(everything) : '';
    const manifests = helm ? read(text) : [];
    const of = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
    const named = (kind: string, name: string): Manifest => of(kind).find(({ metadata }) => metadata.name === name)!;
    const deployments = of('Deployment').map(({ metadata: { name }, spec }) => ({
      name,
      spec,
      pod: spec.template.spec,
      of: spec.template.metadata,
    }));
    const ours = deployments.filter(({ name }) => !name.includes('exporter'));

    it('passes helm lint', () => {
      const values = Object.entries(needed).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
      expect(execFileSync(helm!, ['lint', chart, '--strict', '--kube-version', kubernetes[0]!, ...values], { encoding: 'utf8' })).toContain(
        '0 chart(s) failed',
      );
    });

    it.each(kubernetes.flatMap((version) => [['everything', version, everything] as const, ['nothing', version, nothing] as const]))(
      'with %s switched on is what the schemas of Kubernetes %s say, with no field that they do not know',
      (_, version, values) => {
        expect(conform(render(values, version), version)).toMatch(/^Summary: \d+ resources .* Invalid: 0, Errors: 0, Skipped: 0$/m);
      },
    );

    it('is judged by schemas that notice a wrong type, a missing field, an unknown one and an unknown kind', () => {
      for (const [right, wrong] of [
        ['containerPort: 4000', "containerPort: 'x'"],
        ['maxReplicas: 20', 'minReplicas: 2'],
        ['whenUnsatisfiable:', 'whenUnsatisfied:'],
        ['jobLabel:', 'jobLabels:'],
        ['kind: Ingress', 'kind: Ingres'],
      ] as const) {
        expect(text).toContain(right);
        expect([right, conform(text.replace(right, wrong), kubernetes.at(-1)!)]).toEqual([
          right,
          expect.stringMatching(/(Invalid|Errors): [1-9]/),
        ]);
      }
    });

    it('makes the kinds that the kept schemas are of, and no other', () => {
      const kept = [...nativeKinds, ...monitoringKinds].map(([kind]) => kind);
      expect([...new Set(manifests.map(({ kind }) => kind))].toSorted()).toEqual(kept.toSorted());
      expect([kubernetes[0]!.replace(/\d+$/, '0')]).toEqual([
        /kubeVersion: '>=([\d.]+)/.exec(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))![1],
      ]);
    });

    it('refuses a misspelt name, a wrong type and a value that the services would refuse, before anything is applied', () => {
      expect(refusal({ 'settings.SOCKETS_PER_ADRESS': '5' })).toContain("'SOCKETS_PER_ADRESS' not allowed");
      expect(refusal({ 'gateway.replica': '5' })).toContain("'replica' not allowed");
      expect(refusal({ 'ingress.enabled': 'yes please' })).toContain('/ingress/enabled');
      expect(refusal({ 'settings.LOG_LEVEL': 'verbose' })).toContain('/settings/LOG_LEVEL');
      expect(refusal({ 'settings.ADDRESS_PREFIX_IPV4': '33' })).toContain('/settings/ADDRESS_PREFIX_IPV4');
      expect(refusal({ host: '' })).toContain('Set host');
      expect(refusal({ 'images.registry': '' })).toContain('Set images.registry');
    });

    it.each(deployments)('$name: not root, nothing to write to, no capability, no token, spread', ({ name, pod }) => {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.limits).toHaveProperty('memory');
        expect(container.image).toMatch(/^(registry\.example\.com\/tickets|docker\.io\/oliver006)\/[\w-]+:v?\d+\.\d+\.\d+/);
      }
      if (!name.includes('exporter')) expect(pod['topologySpreadConstraints']).toHaveLength(2);
    });

    it.each(ours)('$name: each reference has its other end', ({ name, spec, pod, of: { labels } }) => {
      const service = named('Service', name).spec as unknown as { selector: Record<string, string>; ports: { port: number }[] };
      expect(labels).toMatchObject(service.selector);
      const http = pod.containers[0]!.ports.find((port) => port.name === 'http')!;
      expect(service.ports.map(({ port }) => port)).toEqual([http.containerPort]);
      expect([named('ServiceAccount', pod.serviceAccountName!), named('PodDisruptionBudget', name)]).toEqual([
        expect.anything(),
        expect.anything(),
      ]);
      // Either a fixed number, or the autoscaler's: an update must not undo the autoscaler's decision.
      expect(spec.replicas === undefined).toBe(named('HorizontalPodAutoscaler', name) !== undefined);
    });

    it.each([
      ['gateway', gateway],
      ['queue', queue],
      ['admission', admission],
      ['purchase', purchase],
      ['web', () => pageSettings(process.env)],
    ] as const)('%s starts with the settings and the made secrets that its pod gets', (component, start) => {
      const { containers } = ours.find(({ name }) => name === `sunbeon-${component}`)!.pod;
      const { env, envFrom } = containers[0]!;
      const made = named('Secret', 'sunbeon-secrets').data!;
      const given: Record<string, string> = { ...named('ConfigMap', envFrom![0]!.configMapRef.name).data };
      for (const { name, valueFrom } of env) {
        const { name: secret, key, optional } = valueFrom.secretKeyRef;
        if (secret === 'sunbeon-redis') given[name] = `redis://${key.replace('-url', '')}:x@redis:6379`;
        else if (!optional) given[name] = Buffer.from(made[key]!, 'base64').toString();
      }
      expect(given).toMatchObject({ HOST: '0.0.0.0' });
      const { env: before } = process;
      process.env = given;
      try {
        expect(start()).toBeDefined();
      } finally {
        process.env = before;
      }
    });

    it('rolls the readers of a changed setting, and no other pods', () => {
      const hashes = (values: Record<string, string>): Record<string, string[]> =>
        Object.fromEntries(
          read(render({ ...everything, ...values, 'secrets.existingSecret': 'mine' }))
            .filter(({ kind, metadata }) => kind === 'Deployment' && !metadata.name.includes('exporter'))
            .map(({ metadata, spec }) => {
              const { 'checksum/settings': settings, 'checksum/secrets': secrets } = spec.template.metadata.annotations;
              return [metadata.name.replace('sunbeon-', ''), [settings!, secrets!]];
            }),
        );
      const before = hashes({});
      const changed = (values: Record<string, string>): string[] => {
        const after = hashes(values);
        return Object.keys(before).filter((name) => after[name]!.join() !== before[name]!.join());
      };
      expect(changed({})).toEqual([]);
      expect(changed({ 'settings.SOCKETS_PER_ADDRESS': '7' })).toEqual(['gateway']);
      expect(changed({ 'settings.TRUST_PROXY': '2' })).toEqual(['gateway', 'web']);
      expect(changed({ 'settings.MEMBER_JWKS_HOSTS': 'keys.inside' })).toEqual(['queue']);
      expect(changed({ 'secrets.revision': '2' })).toHaveLength(5);
    });

    it('keeps whole numbers whole: a million from a file is no 1e+06', () => {
      const { stdout } = spawnSync(
        helm!,
        ['template', 'sunbeon', chart, '--kube-version', kubernetes[0]!, '--values', '-', '--show-only', 'templates/settings.yaml'],
        {
          input: JSON.stringify({
            host: 'a.example',
            images: { registry: 'r' },
            settings: { AUDIT_LOG_ENTRIES: 1_000_000, JOIN_LIMIT_PER_MINUTE: 0 },
          }),
          encoding: 'utf8',
        },
      );
      expect(stdout).toContain('AUDIT_LOG_ENTRIES: "1000000"');
      expect(stdout).toContain('JOIN_LIMIT_PER_MINUTE: "0"');
    });

    it('waits as long as a drain takes: until the endpoint is away, the longest stop, a reserve', () => {
      const { drain } = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as { drain: Record<string, number> };
      for (const { pod } of ours) {
        expect(pod.terminationGracePeriodSeconds).toBe(Object.values(drain).reduce((sum, seconds) => sum + seconds));
        expect(pod.containers[0]!.lifecycle).toEqual({ preStop: { sleep: { seconds: drain['preStopSeconds'] } } });
      }
    });

    it('has the rules and dashboards of infra, each whole', () => {
      const rules = readdirSync(join(root, 'infra/prometheus/rules'));
      expect(of('PrometheusRule').map(({ spec }) => spec)).toEqual(
        rules.map((file) => parse(readFileSync(join(root, 'infra/prometheus/rules', file), 'utf8')) as unknown),
      );
      const dashboards = readdirSync(join(root, 'infra/grafana/dashboards'));
      const maps = of('ConfigMap').filter(({ metadata }) => metadata.labels['grafana_dashboard'] === '1');
      expect(Object.assign({}, ...maps.map(({ data }) => data))).toEqual(
        Object.fromEntries(dashboards.map((file) => [file, readFileSync(join(root, 'infra/grafana/dashboards', file), 'utf8')])),
      );
    });

    it('links alerts to the runbook of the operator, each to its section', () => {
      const anchors = (from: Manifest[]): string[] => [...JSON.stringify(from).matchAll(/"runbook_url":"([^"]*)"/g)].map(([, url]) => url!);
      const base = 'https://wiki.example.com/runbook';
      const moved = read(render({ ...everything, 'monitoring.prometheusRule.runbookUrl': base })).filter(
        ({ kind }) => kind === 'PrometheusRule',
      );
      expect(anchors(moved).length).toBeGreaterThan(10);
      expect(anchors(moved)).toEqual(anchors(of('PrometheusRule')).map((url) => url.replace(/^.*#/, `${base}#`)));
      expect(refusal({ 'monitoring.prometheusRule.runbookUrl': 'wiki' })).toContain('/monitoring/prometheusRule/runbookUrl');
    });

    it('scrapes every pod with an ops port; no rule depends on the names of jobs', () => {
      const { selector, podMetricsEndpoints } = of('PodMonitor')[0]!.spec as unknown as {
        selector: { matchLabels: Record<string, string> };
        podMetricsEndpoints: { port: string }[];
      };
      const scraped = deployments.filter(({ pod }) => pod.containers[0]!.ports.some(({ name }) => name === podMetricsEndpoints[0]!.port));
      for (const { of: pod } of scraped) expect(pod.labels).toMatchObject(selector.matchLabels);
      expect(scraped.map(({ name }) => name).toSorted()).toEqual(deployments.map(({ name }) => name).toSorted());
      expect(JSON.stringify(of('PrometheusRule'))).not.toMatch(/[{,]job=/);
    });

    it('sends every public address of the API to the gateway', () => {
      const { rules } = of('Ingress')[0]!.spec as unknown as {
        rules: { http: { paths: { path: string; pathType: string; backend: { service: { name: string } } }[] } }[];
      };
      const paths = rules[0]!.http.paths.filter(({ backend }) => backend.service.name === 'sunbeon-gateway');
      const reached = (url: string): boolean =>
        paths.some(({ path, pathType }) => url === path || (pathType === 'Prefix' && url.startsWith(`${path}/`)));
      const urls = Object.values(publicRoutes).map(({ url }) => url);
      expect(urls.length).toBeGreaterThan(30);
      expect([...urls, '/docs', '/openapi.json', '/asyncapi.json'].filter((url) => !reached(url))).toEqual([]);
      expect([reached('/'), reached('/sales/a'), reached('/operator')]).toEqual([false, false, false]);
    });

    it('opens to each pod what it needs: Redis to the services and the exporter, the way out to those that use it', () => {
      const who = (name: string): string[] =>
        (named('NetworkPolicy', `sunbeon-${name}`).spec as unknown as { podSelector: { matchExpressions: { values: string[] }[] } })
          .podSelector.matchExpressions[0]!.values;
      expect(who('to-redis')).toEqual(['gateway', 'queue', 'admission', 'purchase', 'redis']);
      expect(who('to-https').toSorted()).toEqual(['admission', 'gateway', 'queue']);
      expect(who('to-collector')).toEqual(['gateway', 'queue', 'admission', 'purchase']);
      const without = read(render()).map(({ metadata }) => metadata.name);
      expect(without).not.toContain('sunbeon-to-collector');
      expect(without).toContain('sunbeon-nothing-by-default');
    });
  },
);
