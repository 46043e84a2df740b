import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchdog } from '../../tools/monitor/checks.ts';
import { startPage, type PageManner } from './page.ts';
import { freePort, start, startStack, until, type RunningProcess, type Stack } from '../fixtures/stack.mjs';

const root = join(import.meta.dirname, '../..');

/** One series of an answer, with its values in the order of time. */
export interface Series {
  metric: Record<string, string>;
  values: number[];
}
export interface ActiveAlert {
  labels: Record<string, string>;
  state: 'pending' | 'firing';
}

/** A whole Sunbeon, Redis's exporter, and a real Prometheus that scrapes both each second. */
export interface Rig {
  stack: Stack;
  /** Series of an expression now; throws when Prometheus refuses it. */
  ask: (expression: string) => Promise<Series[]>;
  /** The same over the last seconds. */
  askRange: (expression: string, seconds: number) => Promise<Series[]>;
  alerts: () => Promise<ActiveAlert[]>;
  prometheusVersion: string;
  page: PageManner;
  stop: () => Promise<void>;
}

/** Rules with every duration divided, so that minutes become seconds; no other change. */
export const scaleRules = (text: string, factor: number): string => {
  const unit = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
  const scaled = (_: string, before: string, value: string, letter: keyof typeof unit, after: string) =>
    `${before}${Math.max(1_000, Math.round((Number(value) * unit[letter]) / factor))}ms${after}`;
  return (
    text
      .replace(/(\[)(\d+)([smh])(\])/g, scaled)
      .replace(/(for: )(\d+)([smh])()/g, scaled)
      .replace(/(offset )(\d+)([smh])()/g, scaled)
      // The one duration written as a number: 300 s.
      .replace(/\* 300\b/g, `* ${300 / factor}`)
  );
};

export const startRig = async ({ scale = 1, env = {} }: { scale?: number; env?: Record<string, string> } = {}): Promise<Rig> => {
  const stack = await startStack({ built: true, instances: { admission: 2 }, env: { LOG_LEVEL: 'warn', ...env } });
  const folder = join(stack.folder, 'prometheus');
  const others: RunningProcess[] = [];
  const ends: (() => void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends) end();
    for (const { child } of others) child.kill('SIGKILL');
    await stack.stop();
  };
  try {
    mkdirSync(join(folder, 'rules'), { recursive: true });
    const exporterPort = await freePort();
    others.push(
      start(
        stack.folder,
        'exporter',
        'prometheus-redis-exporter',
        ['-redis.addr', stack.redisUrl, '-web.listen-address', `127.0.0.1:${exporterPort}`],
        {},
      ),
    );
    for (const file of readdirSync(join(root, 'infra/prometheus/rules')))
      writeFileSync(join(folder, 'rules', file), scaleRules(readFileSync(join(root, 'infra/prometheus/rules', file), 'utf8'), scale));

    // The committed configuration with the addresses of this stack, and a scrape each second.
    const instances = (kind: string) =>
      Object.entries(stack.ports)
        .filter(([name]) => name.startsWith(`${kind}-`))
        .map(([, { ops }]) => `127.0.0.1:${ops}`);
    const page = await startPage();
    ends.push(page.stop);
    const targets: Record<string, string[]> = { web: [page.ops], redis: [`127.0.0.1:${exporterPort}`], prometheus: ['localhost:9090'] };
    for (const kind of ['gateway', 'queue', 'admission', 'purchase']) targets[kind] = instances(kind);
    const configuration = readFileSync(join(root, 'infra/prometheus/prometheus.yml'), 'utf8')
      .replace(/(scrape|evaluation)_interval: \w+/g, '$1_interval: 1s')
      .replace(/alerting:\n[\s\S]*?\n\n/, '')
      .replace(
        /job_name: (\w+)\n {4}static_configs:\n {6}- targets: \[[^\]]*\]/g,
        (_, job: string) =>
          `job_name: ${job}\n    static_configs:\n      - targets: [${targets[job]!.map((target) => `'${target}'`).join(', ')}]`,
      );
    writeFileSync(join(folder, 'prometheus.yml'), configuration);
    const port = await freePort();
    const base = `http://127.0.0.1:${port}/api/v1`;
    const prometheus = start(
      stack.folder,
      'prometheus',
      'prometheus',
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--query.lookback-delta=15s',
      ],
      {},
    );
    others.push(prometheus);
    await until('Prometheus', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);

    const get = async <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
      const answer = (await (
        await fetch(`${base}/${path}`, {
          method: path.startsWith('query') ? 'POST' : 'GET',
          ...(path.startsWith('query') ? { body: new URLSearchParams(parameters) } : {}),
        })
      ).json()) as { status: string; error?: string; data: T };
      if (answer.status !== 'success') throw new Error(`Prometheus: ${answer.error}`);
      return answer.data;
    };
    return {
      stack,
      page: page.manner,
      stop,
      ask: async (query) =>
        (await get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>('query', { query })).result.map(
          ({ metric, value }) => ({ metric, values: [Number(value[1])] }),
        ),
      askRange: async (query, seconds) => {
        const now = Date.now() / 1_000;
        const { result } = await get<{ result: { metric: Record<string, string>; values: [number, string][] }[] }>('query_range', {
          query,
          start: String(now - seconds),
          end: String(now),
          step: '2',
        });
        return result.map(({ metric, values }) => ({ metric, values: values.map(([, value]) => Number(value)) }));
      },
      // Without the watchdog, which always fires.
      alerts: async () => (await get<{ alerts: ActiveAlert[] }>('alerts')).alerts.filter(({ labels }) => labels['alertname'] !== watchdog),
      prometheusVersion: (await get<{ version: string }>('status/buildinfo')).version,
    };
  } catch (error) {
    for (const { name, log } of others) console.error(`--- ${name}\n${log().slice(-2_000)}`);
    await stop();
    throw error;
  }
};
