// What the trial needs of Docker: compose with a project of its own, containers, and the public API.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@sunbeon/client';
import { createOperator } from '@sunbeon/client/operator';
import { root } from '../local/commands.mjs';
import { CliError } from '../local/console.mjs';
import { isSecretOf, newSecretOf } from '../local/secrets.mjs';

/** The trial disturbs nobody: a project, ports, a network and secrets of its own. */
export const project = 'sunbeon-try';
export const adminToken = newSecretOf('ADMIN_TOKEN');
const ports = {
  GATEWAY_PORT: '14000',
  WEB_PORT: '13000',
  PROMETHEUS_PORT: '19090',
  ALERTMANAGER_PORT: '19093',
  GRAFANA_PORT: '13001',
  JAEGER_PORT: '16687',
};
const secrets = Object.fromEntries(
  [...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm)]
    .filter(([, name, standard]) => isSecretOf(name, standard))
    .map(([, name]) => [name, newSecretOf(name)]),
);
export const settings = {
  ...process.env,
  COMPOSE_PROJECT_NAME: project,
  INSIDE_SUBNET: '10.231.41.0/24',
  ALLOWED_ORIGINS: 'http://localhost:13000',
  JOIN_LIMIT_PER_MINUTE: '0',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  ...ports,
  ...secrets,
  ADMIN_TOKEN: adminToken,
};
export const gateway = `http://localhost:${ports.GATEWAY_PORT}`;
export const web = `http://localhost:${ports.WEB_PORT}`;
export const prometheus = `http://localhost:${ports.PROMETHEUS_PORT}`;

const program = spawnSync('docker', ['compose', 'version']).status === 0 ? ['docker', 'compose'] : ['docker-compose'];

/** Runs a program; resolves with its output, rejects with its last lines. `input`: given to it; `raw`: output as bytes. */
export const shell = (command, args, { env = settings, input, raw = false, mayFail = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = execFile(command, args, { cwd: root, env, maxBuffer: 1 << 28, encoding: raw ? 'buffer' : 'utf8' }, (error, out, err) => {
      if (error && !mayFail)
        return reject(new CliError(`${command} ${args.join(' ')}\n${String(err).slice(-2_000)}${raw ? '' : String(out).slice(-1_000)}`));
      resolve(mayFail ? { code: error ? (error.code ?? 1) : 0, out: String(out), err: String(err) } : raw ? out : String(out).trim());
    });
    if (input !== undefined) child.stdin.end(input);
  });
export const docker = (...args) => shell('docker', args);
export const compose = (args, options) => shell(program[0], [...program.slice(1), ...args], options);
/** The container of a service. */
export const containerOf = async (service) => (await compose(['ps', '-q', service])).split('\n')[0];
export const inspect = async (service, format) => docker('inspect', '--format', format, await containerOf(service));

export const until = async (what, condition, limitMs = 90_000) => {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await Promise.resolve()
      .then(condition)
      .catch(() => false);
    if (value) return value;
    if (Date.now() > deadline) throw new CliError(`waited ${limitMs / 1_000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};
export const healthy = (service) =>
  until(`${service} to be healthy`, async () =>
    (await inspect(service, '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}')).match(/^(healthy|running)$/),
  );

const timeoutMs = 15_000;
/** The public API, as the holder of `token`. `base`: the gateway, or the page that passes it on. */
export const api = ({ token, base = gateway, WebSocket } = {}) => createClient({ baseUrl: base, token, timeoutMs, WebSocket });
export const operator = createOperator({ baseUrl: gateway, token: adminToken, timeoutMs });
/** The value of a call that must succeed with `status`. */
export const expect = async (what, call, status) => {
  const result = await call;
  if (!result.ok || result.status !== status) throw new CliError(`${what}: ${JSON.stringify(result)}, not ${status}`);
  return result.value;
};
/** A call that must be refused with `code`. */
export const expectRefusal = async (what, call, code) => {
  const result = await call;
  if (result.ok || result.failure.code !== code) throw new CliError(`${what}: ${JSON.stringify(result)}, not ${code}`);
};
