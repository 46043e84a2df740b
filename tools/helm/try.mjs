// npm run helm:try -- [--write FILE]: installs, upgrades and uninstalls the chart on a real Kubernetes API server, and checks what it stored.
// Builds etcd and kube-apiserver with Go first, when they are not there. Any step that fails ends it with 1.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../local/commands.mjs';
import { CliError, runMain, say } from '../local/console.mjs';
import { startApiServer } from './api-server.mjs';
import { buildCluster } from './build-cluster.mjs';
import { crdFiles } from './modules.mjs';
import { findProgram } from './programs.mjs';
import { clusterPrograms, programs, prometheusOperator } from './versions.mjs';

const { values: options } = parseArgs({ options: { write: { type: 'string' } } });
const chart = join(root, 'infra/helm/sunbeon');
const lines = [];
const tell = (text) => {
  say(text);
  lines.push(text);
};
const check = (right, text) => {
  if (!right) throw new CliError(`FAILED  ${text}`);
  tell(`ok      ${text}`);
};

await runMain(async () => {
  await buildCluster();
  const { kubeconfig, stop } = await startApiServer();
  try {
    const call = (name, args, input) =>
      spawnSync(findProgram(name), args, { input, encoding: 'utf8', env: { ...process.env, KUBECONFIG: kubeconfig } });
    const must = (name, args, input) => {
      const { status, stdout, stderr } = call(name, args, input);
      if (status !== 0) throw new CliError(`${name} ${args.slice(0, 3).join(' ')}: ${stderr.trim()}`);
      return stdout;
    };
    const kubectl = (...args) => must('kubectl', ['--namespace', 'sunbeon', ...args]);
    const json = (...args) => JSON.parse(kubectl('get', ...args, '--output', 'json'));
    const create = (manifest) => call('kubectl', ['--namespace', 'sunbeon', 'create', '--filename', '-'], JSON.stringify(manifest));
    const values = {
      ...{ host: 'tickets.example.com', 'images.registry': 'registry.example.com' },
      ...{ 'monitoring.podMonitor.enabled': true, 'monitoring.prometheusRule.enabled': true, 'monitoring.dashboards.enabled': true },
      'settings.OTEL_EXPORTER_OTLP_ENDPOINT': 'http://collector:4318',
    };
    const settings = (more) => Object.entries({ ...values, ...more }).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const helm = (verb, more = {}) => must('helm', [verb, 'sunbeon', chart, '--namespace', 'sunbeon', ...settings(more)]);
    const versions = () =>
      Object.fromEntries(json('deployments').items.map(({ metadata }) => [metadata.name.slice('sunbeon-'.length), metadata.generation]));
    const rolled = (work) => {
      const before = versions();
      work();
      const after = versions();
      return Object.keys(after)
        .filter((name) => after[name] !== before[name])
        .join(', ');
    };
    const secret = () => JSON.stringify(json('secret', 'sunbeon-secrets').data);

    const { serverVersion } = JSON.parse(must('kubectl', ['version', '--output', 'json']));
    tell(
      `        kube-apiserver ${serverVersion.gitVersion}, etcd ${clusterPrograms.etcd.version}, helm ${programs.helm.version}, resources of prometheus-operator ${prometheusOperator}`,
    );
    must('kubectl', ['create', 'namespace', 'sunbeon']);
    must('kubectl', ['label', 'namespace', 'sunbeon', 'pod-security.kubernetes.io/enforce=restricted']);
    for (const file of crdFiles()) must('kubectl', ['apply', '--server-side', '--filename', file]);
    for (const name of ['podmonitors', 'prometheusrules'])
      must('kubectl', ['wait', '--for=condition=Established', `crd/${name}.monitoring.coreos.com`, '--timeout=60s']);

    const rendered = must('helm', [
      'template',
      'sunbeon',
      chart,
      '--namespace',
      'sunbeon',
      '--kube-version',
      serverVersion.gitVersion,
      ...settings(),
    ]);
    const dry = must('kubectl', ['--namespace', 'sunbeon', 'apply', '--server-side', '--dry-run=server', '--filename', '-'], rendered);
    const count = rendered.match(/^kind: /gm).length;
    check(dry.trim().split('\n').length === count, `server-side dry run accepts all ${count} resources, every field known`);
    const strict = must(
      'kubectl',
      ['--namespace', 'sunbeon', 'create', '--validate=strict', '--dry-run=server', '--filename', '-'],
      rendered,
    );
    check(strict.trim().split('\n').length === count, 'so does a strict create');

    const notes = helm('install');
    check(notes.includes('MISSING: the Secret sunbeon-redis'), 'helm install; its notes name the Secret that is missing');
    for (const { metadata, spec } of json('deployments').items) {
      const { topologySpreadConstraints: _, ...pod } = spec.template.spec;
      const { status, stderr } = create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: metadata.name, labels: spec.template.metadata.labels },
        spec: pod,
      });
      check(status === 0, `a pod of ${metadata.name} is admitted under the Pod Security Standard "restricted" ${stderr}`.trimEnd());
    }
    const made = secret();
    check(
      rolled(() => helm('upgrade')) === '' && secret() === made,
      'an upgrade without a change rolls nothing and keeps the made secrets',
    );
    const sockets = { 'settings.SOCKETS_PER_ADDRESS': 7 };
    check(rolled(() => helm('upgrade', sockets)) === 'gateway', 'SOCKETS_PER_ADDRESS=7 rolls the gateway alone');
    const patch = JSON.stringify({ data: { 'pass-keys': Buffer.from('other').toString('base64') } });
    const rotated = rolled(() => {
      kubectl('patch', 'secret', 'sunbeon-secrets', '--patch', patch);
      helm('upgrade', sockets);
    });
    check(rotated === 'admission', 'PASS_KEYS changed in the Secret, then an upgrade: rolls admission alone');
    const scaled = rolled(() => {
      kubectl('scale', 'deployment/sunbeon-queue', '--replicas=5');
    });
    helm('upgrade', sockets);
    check(
      scaled === 'queue' && json('deployment', 'sunbeon-queue').spec.replicas === 5,
      'an upgrade leaves the number of replicas that the autoscaler set',
    );
    const queue = (on) => helm('upgrade', { ...sockets, 'queue.autoscaling.enabled': on, 'queue.replicas': 3 });
    const pods = () => json('deployment', 'sunbeon-queue').spec.replicas;
    queue(false);
    kubectl('scale', 'deployment/sunbeon-queue', '--replicas=4');
    queue(true);
    const switched = pods();
    kubectl('scale', 'deployment/sunbeon-queue', '--replicas=6');
    queue(true);
    check(
      switched === 4 && pods() === 6,
      'the autoscaler switched on begins with the pods that are there; later upgrades leave its number',
    );
    const before = secret();
    must('helm', ['uninstall', 'sunbeon', '--namespace', 'sunbeon']);
    const left = kubectl('get', 'all,configmap,networkpolicy,ingress,pdb,podmonitor,prometheusrule,secret', '--output', 'name').split('\n');
    check(
      left.includes('secret/sunbeon-secrets') && !left.some((name) => /deployment|configmap|policy|ingress|rule/.test(name)),
      'helm uninstall leaves the Secret alone',
    );
    helm('install');
    check(secret() === before, 'and a new install takes it over');
    if (options.write) writeFileSync(options.write, `\`\`\`\n${lines.join('\n')}\n\`\`\`\n`);
  } finally {
    await stop();
  }
});
