import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../local/console.mjs';
import { findProgram } from './programs.mjs';

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/**
 * A real kube-apiserver on a real etcd, without controllers and nodes: it judges, defaults and stores what is applied, and runs nothing. Returns its
 * kubeconfig and `stop`. It listens on loopback alone; its folder goes with it.
 */
export const startApiServer = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-api-'));
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  execFileSync('openssl', ['genrsa', '-out', join(folder, 'accounts.key'), '2048'], { stdio: 'ignore' });
  writeFileSync(join(folder, 'tokens.csv'), 'local,admin,admin,system:masters\n');
  const start = (name, args) => {
    const log = openSync(join(folder, `${name}.log`), 'w');
    const child = spawn(findProgram(name), args, { stdio: ['ignore', log, log], cwd: folder });
    closeSync(log);
    return child;
  };
  const local = (port) => `http://127.0.0.1:${port}`;
  const children = [
    start('etcd', [
      ...['--data-dir', 'etcd', '--listen-client-urls', local(client), '--advertise-client-urls', local(client)],
      ...['--listen-peer-urls', local(peer), '--initial-advertise-peer-urls', local(peer), '--initial-cluster', `default=${local(peer)}`],
    ]),
    start('kube-apiserver', [
      ...['--etcd-servers', local(client), '--bind-address', '127.0.0.1', '--secure-port', String(secure), '--cert-dir', 'certificates'],
      ...['--endpoint-reconciler-type', 'none', '--token-auth-file', 'tokens.csv', '--authorization-mode', 'RBAC'],
      ...['--service-account-issuer', 'https://kubernetes.default.svc', '--service-account-key-file', 'accounts.key'],
      ...['--service-account-signing-key-file', 'accounts.key', '--service-cluster-ip-range', '10.96.0.0/16'],
    ]),
  ];
  const kubeconfig = join(folder, 'kubeconfig');
  const named = (kind, value) => ({ name: 'local', [kind]: value });
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [named('cluster', { server: `https://127.0.0.1:${secure}`, 'insecure-skip-tls-verify': true })],
      users: [named('user', { token: 'local' })],
      contexts: [named('context', { cluster: 'local', user: 'local' })],
      'current-context': 'local',
    }),
  );
  const stop = async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + 120_000; ;) {
    try {
      execFileSync(findProgram('kubectl'), ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz'], { stdio: 'ignore' });
      return { kubeconfig, stop };
    } catch {
      if (Date.now() > end || children.some(({ exitCode }) => exitCode !== null)) {
        const log = execFileSync('tail', ['-n', '5', join(folder, 'kube-apiserver.log')], { encoding: 'utf8' });
        await stop();
        throw new CliError(`The API server did not get ready:\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
};
