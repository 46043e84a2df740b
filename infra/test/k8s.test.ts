import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import { root, which } from '../../tools/local/commands.mjs';

interface Container {
  args?: string[];
  image: string;
  ports: { name: string; containerPort: number }[];
  env: Env[];
  securityContext: unknown;
  resources: { limits: Record<string, string> };
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
}
interface Env {
  name: string;
  value?: string;
  valueFrom?: Record<string, { name: string; key: string; optional?: boolean }>;
}
interface Probe {
  httpGet: { path: string; port: string };
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: Record<string, unknown>;
}

const folder = join(root, 'infra/k8s/base');
const parse = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as Manifest;
  });
const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
const manifests = files.flatMap((file) => parse(readFileSync(join(folder, file), 'utf8')));
const kustomization = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'))[0] as unknown as {
  resources: string[];
  images: { name: string; newTag: string }[];
};

const schemas = {
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  v1: core,
} as unknown as Record<string, Record<string, { prototype: { validate: () => void } }>>;

/** Violations of a manifest by the schema: its error, or the fields that the schema does not know. */
const judge = (manifest: object): string[] => {
  const { apiVersion, kind } = manifest as Manifest;
  const looked = new Set<string>();
  const watch = (value: unknown, path: string): unknown =>
    value === null || typeof value !== 'object'
      ? value
      : new Proxy(value, {
          get: (target, key) => {
            const field = Reflect.get(target, key) as unknown;
            if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return field;
            looked.add(`${path}/${key}`);
            return watch(field, `${path}/${key}`);
          },
        });
  const all = (value: unknown, path: string): string[] =>
    value === null || typeof value !== 'object'
      ? []
      : Object.entries(value).flatMap(([key, inner]) => [`${path}/${key}`, ...all(inner, `${path}/${key}`)]);
  const schema = schemas[apiVersion]?.[kind];
  if (!schema) return [`no schema of ${apiVersion} ${kind}`];
  try {
    schema.prototype.validate.call(watch(manifest, ''));
  } catch (error) {
    return [String(error)];
  }
  return all(manifest, '')
    .filter((path) => !looked.has(path))
    .map((path) => `unknown field ${path}`);
};

const of = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
const deployments = of('Deployment').map(({ metadata: { name }, spec }) => {
  const { template, replicas } = spec as {
    replicas?: number;
    template: {
      metadata: { labels: Record<string, string> };
      spec: Record<string, unknown> & { containers: Container[]; serviceAccountName: string };
    };
  };
  return { name, replicas, labels: template.metadata.labels, pod: template.spec, container: template.spec.containers[0]! };
});

describe('the Kubernetes base', () => {
  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s is what the schema of Kubernetes says, with no field it does not know',
    (_, manifest) => {
      expect(judge(manifest)).toEqual([]);
    },
  );

  it('is judged by a schema that notices: a wrong type, a missing field, an unknown one', () => {
    const good = of('Service')[0]!;
    expect(judge({ ...good, spec: { ...good.spec, ports: [{ port: '80' }] } })[0]).toMatch(/must be integer/);
    expect(judge({ ...good, spec: { ...good.spec, ports: [{ name: 'x' }] } })[0]).toMatch(/port/);
    expect(judge({ ...good, spec: { ...good.spec, selectors: {} } })).toEqual(['unknown field /spec/selectors']);
  });

  it('names every file, and pins every image', () => {
    expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
    expect(new Set(kustomization.images.map(({ name }) => name))).toEqual(new Set(deployments.map(({ container }) => container.image)));
    for (const { newTag } of kustomization.images) expect(newTag).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(deployments)('$name: not root, nothing to write to, no token, no more than it needs', ({ pod, container }) => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits).toHaveProperty('memory');
    expect((pod['topologySpreadConstraints'] as unknown[]).length).toBe(2);
  });

  it.each(deployments)('$name: each reference has its other end', ({ name, labels, pod, container, replicas }) => {
    const ports = container.ports.map((port) => port.name);
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
      expect(ports).toContain(probe.httpGet.port);
    const service = of('Service').find((manifest) => manifest.metadata.name === name)!.spec as {
      selector: Record<string, string>;
      ports: { port: number; targetPort: string }[];
    };
    expect(labels).toMatchObject(service.selector);
    expect(service.ports[0]!.port).toBe(container.ports.find((port) => port.name === service.ports[0]!.targetPort)!.containerPort);
    expect(of('ServiceAccount').map((manifest) => manifest.metadata.name)).toContain(pod.serviceAccountName);
    expect(of('PodDisruptionBudget').map((manifest) => manifest.metadata.name)).toContain(name);
    const settings = of('ConfigMap').find((manifest) => manifest.metadata.name === 'sunbeon-settings')!.data!;
    for (const { valueFrom } of container.env) {
      const reference = valueFrom?.['configMapKeyRef'];
      if (reference && !reference.optional) expect(Object.keys(settings)).toContain(reference.key);
    }
    // Either a fixed number, or the autoscaler's: an update must not undo the autoscaler's decision.
    const scaled = of('HorizontalPodAutoscaler').some(({ spec }) => (spec['scaleTargetRef'] as { name: string }).name === name);
    expect(replicas === undefined).toBe(scaled);
  });

  it.each(deployments.filter(({ name }) => name !== 'web'))(
    '$name: gets every setting without which it does not start, and none that it does not read',
    ({ name, container }) => {
      const read = [`services/${name}/src/config.ts`, 'packages/runtime/src/config.ts']
        .map((file) => readFileSync(join(root, file), 'utf8'))
        .join('');
      for (const setting of container.env) expect(read).toContain(setting.name);
      const given = container.env.map((setting) => setting.name);
      for (const [, required] of readFileSync(join(root, `services/${name}/src/config.ts`), 'utf8').matchAll(
        /(TOKEN_SECRET|MEMBER_SECRET|ADMIN_TOKEN):/g,
      ))
        expect(given).toContain(required);
      expect(container.args).toEqual([`services/${name}/dist/main.js`]);
      expect(
        container.env
          .filter(({ name: setting }) => /SECRET|TOKEN|REDIS/.test(setting))
          .every(({ valueFrom }) => valueFrom?.['secretKeyRef']),
      ).toBe(true);
    },
  );

  it('page and gateway share the secret of the page and trust the same proxies', () => {
    const [page, gateway] = ['web', 'gateway'].map((name) =>
      deployments
        .find((one) => one.name === name)!
        .container.env.filter((setting) => /PAGE_SECRET|TRUST_PROXY/.test(setting.name))
        .sort((a, b) => a.name.localeCompare(b.name)),
    );
    expect(page).toHaveLength(2);
    expect(page).toEqual(gateway);
  });

  const kubectl = which('kubectl');
  (kubectl ? it : it.skip)(`can be built by kustomize${kubectl ? '' : ' (skipped: kubectl is not installed)'}`, () => {
    const built = parse(execFileSync(kubectl!, ['kustomize', folder], { encoding: 'utf8' }));
    expect(built.length).toBe(manifests.length);
    expect(built.flatMap(judge)).toEqual([]);
    expect(JSON.stringify(built)).not.toMatch(/"image":"sunbeon-/);
  });
});
