// A real Jaeger: built from its Go module, started with traces in memory.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  closeSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../../tests/fixtures/stack.mjs';
import { moduleFolder } from '../helm/modules.mjs';
import { run, which } from '../local/commands.mjs';
import { CliError, step } from '../local/console.mjs';

/** The last release with a version that Go's modules know; it contains Jaeger 2, itself a distribution of the OpenTelemetry Collector. */
const jaeger = { module: 'github.com/jaegertracing/jaeger', version: 'v1.76.0', folder: './cmd/jaeger' };
/** Outside the checkout, so that the next clone finds it too. */
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sunbeon', `jaeger-${jaeger.version}`);
export const jaegerProgram = join(folder, 'jaeger');
export const jaegerVersion = jaeger.version;

const isThere = () => {
  try {
    accessSync(jaegerProgram, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * Builds Jaeger once, into the user's cache: nine minutes on two cores, 85 MB. `go install` refuses a module with `replace`, so its sources are copied and
 * built with their own go.mod. Its page is no part of the module: the API is all there is.
 */
export const buildJaeger = async () => {
  if (isThere()) return;
  if (!which('go')) throw new CliError(`Go is not installed. Install it: Jaeger ${jaeger.version} is built from its module.`);
  const place = mkdtempSync(join(tmpdir(), 'sunbeon-build-'));
  try {
    await step(`build jaeger ${jaeger.version}`, async () => {
      const sources = join(place, 'module');
      cpSync(moduleFolder(`${jaeger.module}@${jaeger.version}`), sources, { recursive: true });
      execFileSync('chmod', ['-R', 'u+w', sources]);
      mkdirSync(folder, { recursive: true });
      await run('nice', ['-n', '19', 'go', 'build', '-ldflags', '-s -w', '-o', `${jaegerProgram}.new`, jaeger.folder], {
        quiet: true,
        cwd: sources,
        env: { GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off' },
      });
      renameSync(`${jaegerProgram}.new`, jaegerProgram);
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};

/** `maxTraces`: kept in memory; older ones go. JSON is YAML. */
const configOf = ({ otlp, api, grpc, maxTraces }) =>
  JSON.stringify({
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: maxTraces } } } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: `127.0.0.1:${api}` },
        grpc: { endpoint: `127.0.0.1:${grpc}` },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
    processors: { batch: { timeout: '200ms' } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  });

/** On loopback alone. `endpoint`: of OTLP over HTTP; `api`: of queries; `pid` of its process. */
export const startJaeger = async ({ maxTraces = 10_000 } = {}) => {
  const place = mkdtempSync(join(tmpdir(), 'sunbeon-jaeger-'));
  const [otlp, api, grpc] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(join(place, 'jaeger.yaml'), configOf({ otlp, api, grpc, maxTraces }));
  const log = openSync(join(place, 'jaeger.log'), 'w');
  const child = spawn(jaegerProgram, ['--config', join(place, 'jaeger.yaml')], { stdio: ['ignore', log, log], cwd: place });
  closeSync(log);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(place, { recursive: true, force: true });
  };
  try {
    await until('jaeger', async () => (await fetch(`http://127.0.0.1:${api}/`)).ok);
  } catch (error) {
    console.error(readFileSync(join(place, 'jaeger.log'), 'utf8').slice(-2_000));
    await stop();
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${otlp}`, api: `http://127.0.0.1:${api}`, pid: child.pid, stop };
};
