import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { metricCatalogue } from '@sunbeon/contracts';
import { stopMs } from '@sunbeon/runtime';
import { parse } from 'yaml';
import { primaryStopMs } from '../../services/gateway/src/processes/primary.ts';
import { settingsOfServices, valuesSchema } from '../../tools/helm/values-schema.ts';
import { root } from '../../tools/local/commands.mjs';

interface Row {
  from: 'settings' | 'chart' | 'secret' | 'redis';
  make?: string;
  readers: string[];
}
interface Values {
  images: { redisExporter: Record<'repository' | 'tag', string> };
  settings: Record<string, string | number>;
  secrets: Record<string, string>;
  drain: Record<'preStopSeconds' | 'stopSeconds' | 'reserveSeconds', number>;
}
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const chart = 'infra/helm/sunbeon';
const table = parse(read(`${chart}/files/settings.yaml`)) as Record<string, Row>;
const values = parse(read(`${chart}/values.yaml`)) as Values;
const components = parse(read(`${chart}/files/components.yaml`)) as Record<string, Record<string, unknown>>;
const { services: compose } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, { image: string; environment?: Record<string, string>; stop_grace_period?: string }>;
};
const example = new Map([...read('.env.example').matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));

/** Who reads a setting, by the code: services by their schemas, the page by its reader. WEB_PORT is for `npm start` alone. */
const readersOf = new Map<string, string[]>();
for (const [service, settings] of Object.entries(settingsOfServices))
  for (const name of Object.keys(settings)) readersOf.set(name, [...(readersOf.get(name) ?? []), service]);
for (const [name] of read('web/settings.mjs').matchAll(/(?<=\benv\.|')[A-Z][A-Z0-9_]{3,}/g))
  if (name !== 'WEB_PORT') readersOf.set(name, [...new Set([...(readersOf.get(name) ?? []), 'web'])]);
const defaultOf = (name: string): string =>
  String(
    Object.values(settingsOfServices)
      .map((settings) => settings[name]?.['default'])
      .find((one) => one !== undefined) ?? '',
  );
const inCompose: Record<string, string[]> = { admission: ['admission-1', 'admission-2'] };
const names = [...readersOf.keys()];
const rows = Object.entries(table);

describe('every setting', () => {
  it.each(names)('%s has a row in the table of the chart, with the processes that read it', (name) => {
    expect(table[name]?.readers.toSorted()).toEqual(readersOf.get(name)!.toSorted());
  });

  it('of the table is one that a process reads, by a process of the chart', () => {
    expect(rows.filter(([name]) => !readersOf.has(name))).toEqual([]);
    expect([...new Set(rows.flatMap(([, { readers }]) => readers))].toSorted()).toEqual(Object.keys(components).toSorted());
    expect(Object.keys(components).filter((name) => name !== 'web')).toEqual(readdirSync(join(root, 'services')).toSorted(byTable));
  });

  it('that is no secret and not known to the chart is in values.yaml, with the default of the code', () => {
    const own = rows.filter(([, { from }]) => from === 'settings').map(([name]) => name);
    expect(Object.keys(values.settings).toSorted()).toEqual(own.toSorted());
    // Addresses follow from `host`; the ingress is a proxy in front.
    const differs = own.filter((name) => String(values.settings[name]) !== defaultOf(name));
    expect(differs.toSorted()).toEqual(['ALLOWED_ORIGINS', 'PUBLIC_URL', 'TRUST_PROXY', 'WEB_URL']);
    expect(['ALLOWED_ORIGINS', 'PUBLIC_URL', 'WEB_URL'].map((name) => values.settings[name])).toEqual(['', '', '']);
  });

  it('has the rules of its code in values.schema.json: npm run helm:schema', () => {
    expect(JSON.parse(read(`${chart}/values.schema.json`))).toEqual(valuesSchema(Object.keys(values.settings)));
  });

  it('that is a secret is one by its name, and values.yaml holds none', () => {
    const secret = /SECRET$|ADMIN_TOKEN$|_KEYS$|^OPERATORS$/;
    expect(rows.filter(([, { from }]) => from === 'secret').map(([name]) => name)).toEqual(
      names.filter((name) => secret.test(name)).toSorted(byTable),
    );
    expect(values.secrets).toEqual({ existingSecret: '', revision: '' });
    expect(read(`${chart}/values.yaml`)).not.toMatch(/[A-Za-z0-9+/]{24,}={0,2}$/m);
  });

  it.each(rows.filter(([name, { from }]) => from !== 'chart' || name.endsWith('_URL')))(
    '%s reaches its readers under compose, with the default of the code',
    (name, { from, readers }) => {
      for (const service of readers.flatMap((reader) => inCompose[reader] ?? reader)) {
        const given = compose[service]!.environment![name];
        expect([service, given]).toEqual([service, expect.any(String)]);
        if (from === 'settings' && !name.endsWith('_ENDPOINT')) expect(given).toBe(`\${${name}:-${defaultOf(name)}}`);
      }
    },
  );

  it.each(rows.filter(([, { from }]) => from === 'settings' || from === 'secret'))(
    '%s is in .env.example, with the default of the code',
    (name) => {
      expect(example.get(name)).toBe(defaultOf(name));
    },
  );
});

describe('the time to stop', () => {
  it('is longer than what the code may take, under the chart and under compose', () => {
    const longest = Math.max(stopMs, primaryStopMs) / 1_000;
    expect(values.drain.stopSeconds).toBeGreaterThanOrEqual(longest);
    expect(values.drain.stopSeconds).toBeLessThan(longest + 2);
    for (const service of ['gateway', 'queue', 'admission-1', 'admission-2', 'purchase', 'web'])
      expect(parseInt(compose[service]!.stop_grace_period!)).toBeGreaterThan(longest);
  });
});

it('the chart has the version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(parse(read(`${chart}/Chart.yaml`))).toMatchObject({ version, appVersion: version });
});

it('the exporter of Redis is the same under the chart and under compose', () => {
  const { repository, tag } = values.images.redisExporter;
  expect(compose['redis-exporter']!.image).toBe(`${repository}:${tag}`);
});

it('no metric has a label that the PodMonitor sets', () => {
  const set = ['container', 'endpoint', 'instance', 'job', 'namespace', 'pod'];
  const labels = Object.entries(metricCatalogue).flatMap(([name, { labels: some }]) =>
    Object.keys(some).map((label) => `${name} ${label}`),
  );
  expect(labels.length).toBeGreaterThan(10);
  expect(labels.filter((label) => set.includes(label.split(' ')[1]!))).toEqual([]);
});

/** In the order of the chart's table. */
function byTable(a: string, b: string): number {
  const order = [...Object.keys(components), ...Object.keys(table)];
  return order.indexOf(a) - order.indexOf(b);
}
