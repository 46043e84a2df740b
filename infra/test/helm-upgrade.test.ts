import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { findProgram } from '../../tools/helm/programs.mjs';
import { kubernetes } from '../../tools/helm/versions.mjs';
import { root } from '../../tools/local/commands.mjs';

interface Deployment {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { replicas?: number; template: { spec: { containers: { image: string }[] } } };
}
const helm = findProgram('helm');
const chart = join(root, 'infra/helm/sunbeon');
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-helm-'));
const needed = { host: 'tickets.example.com', 'images.registry': 'registry.example.com' };

/** What an API server says to Helm's `lookup`: kinds, and the objects that are there, by their address. */
const objects = new Map<string, unknown>();
const kinds: Record<string, [string, string]> = {
  '/api/v1': ['secrets', 'Secret'],
  '/apis/apps/v1': ['deployments', 'Deployment'],
  '/apis/autoscaling/v2': ['horizontalpodautoscalers', 'HorizontalPodAutoscaler'],
};
let server: Server;
const kubeconfig = join(folder, 'kubeconfig');
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const path = url!.replace(/\?.*/, '');
    const [name, kind] = kinds[path] ?? [];
    const groupVersion = path.replace(/^\/apis?\//, '');
    const resources = [{ name, kind, singularName: '', namespaced: true, verbs: ['get', 'list'] }];
    const found = name ? { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources } : objects.get(path);
    const missing = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? missing));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const named = (kind: string, value: unknown) => ({ name: 'local', [kind]: value });
  const contexts = [named('context', { cluster: 'local', user: 'local' })];
  const users = [named('user', {})];
  const clusters = [named('cluster', { server: at })];
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters, users, contexts, 'current-context': 'local' }));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const deployments = async (values: Record<string, string>, ...more: string[]): Promise<Record<string, Deployment>> => {
  const { stdout } = await promisify(execFile)(
    helm!,
    [
      ...['template', 'sunbeon', chart, '--namespace', 'tickets', '--kube-version', kubernetes.at(-1)!, ...more],
      ...Object.entries({ ...needed, ...values }).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ],
    { maxBuffer: 64 * 1_024 * 1_024 },
  );
  const all = parseAllDocuments(stdout).map((document) => document.toJS() as Deployment);
  return Object.fromEntries(all.filter(({ kind }) => kind === 'Deployment').map((found) => [found.metadata.name, found]));
};
const put = (group: string, name: string, object: unknown): void => {
  const [plural, kind] = kinds[group]!;
  objects.set(`${group}/namespaces/tickets/${plural}/${name}`, { kind, apiVersion: group.replace('/apis/', ''), ...(object as object) });
};
const withPods = (replicas: number, annotations = {}): void =>
  put('/apis/apps/v1', 'sunbeon-queue', { metadata: { name: 'sunbeon-queue', annotations }, spec: { replicas } });
const withAutoscaler = (): void => put('/apis/autoscaling/v2', 'sunbeon-queue', { metadata: { name: 'sunbeon-queue' } });
/** Of the queue: what an upgrade would apply. */
const applied = async (values: Record<string, string> = {}) => {
  const { metadata, spec } = (await deployments(values, '--dry-run=server', '--kubeconfig', kubeconfig))['sunbeon-queue']!;
  return [spec.replicas, metadata.annotations];
};

(helm ? describe : describe.skip)(
  `upgrades of the Helm chart${helm ? '' : ' (SKIPPED: no helm; npm run helm:tools builds it with Go)'}`,
  () => {
    it('that switch the autoscaler on begin with the pods that are there, and those after it leave the number of the autoscaler', async () => {
      objects.clear();
      withPods(6);
      const [replicas, annotations] = await applied();
      expect(replicas).toBe(6);
      withPods(9, annotations);
      withAutoscaler();
      expect(await applied()).toEqual([9, annotations]);
      expect(await applied({ 'queue.autoscaling.enabled': 'false', 'queue.replicas': '4' })).toEqual([4, undefined]);
    });

    it('of a release that always had the autoscaler name no number, so that a rollback brings none back', async () => {
      objects.clear();
      expect(await applied()).toEqual([undefined, undefined]);
      withPods(9);
      withAutoscaler();
      expect(await applied()).toEqual([undefined, undefined]);
    });

    it('name no number without the cluster', async () => {
      expect((await deployments({}))['sunbeon-queue']!.spec.replicas).toBeUndefined();
    });
  },
);

(helm ? describe : describe.skip)('docs/KUBERNETES.md', () => {
  const text = readFileSync(join(root, 'docs/KUBERNETES.md'), 'utf8');
  const filled = (part: string): string => part.replaceAll('$registry', needed['images.registry']).replaceAll('$tag', '0123456789ab');
  const commands = (verb: string): string[] =>
    [...text.matchAll(new RegExp(`^${verb} (?:.*\\\\\n)*.*`, 'gm'))].map(([found]) => filled(found));
  const pushed = commands('docker push').map((command) => command.split(' ').at(-1)!);

  it.each(['helm install', 'helm upgrade'])('%s asks for the images that its commands build and push', async (verb) => {
    const [command] = commands(verb);
    expect(commands('docker build').map((build) => /--tag (\S+)/.exec(build)![1])).toEqual(pushed);
    const values = Object.fromEntries(
      [...command!.matchAll(/--set(?:-string)? ([\w.]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
    );
    const images = Object.values(await deployments(values)).map(({ spec }) => spec.template.spec.containers[0]!.image);
    expect(new Set(images.filter((image) => !image.includes('exporter')))).toEqual(new Set(pushed));
  });

  it('names the published images as the release workflow does', () => {
    const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');
    expect(workflow).toContain('images: ghcr.io/${{ github.repository_owner }}/${{ matrix.image }}');
    for (const name of ['sunbeon-services', 'sunbeon-web']) expect(workflow).toContain(`image: ${name},`);
    expect(text).toMatch(/ghcr\.io\/<owner of the repository>/);
  });
});
