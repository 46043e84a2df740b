import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { TSchema } from 'typebox';
import { settings as admission } from '../../services/admission/src/config.ts';
import { settings as gateway } from '../../services/gateway/src/config.ts';
import { settings as purchase } from '../../services/purchase/src/config.ts';
import { settings as queue } from '../../services/queue/src/config.ts';
import { root } from '../local/commands.mjs';

const services = { gateway, queue, admission, purchase } as Record<string, Record<string, TSchema & { default?: unknown }>>;
const names = [...new Set(Object.values(services).flatMap((settings) => Object.keys(settings)))];
/** The rows that begin with settings; the first row of a name counts. */
const rowsOf = (file: string): Map<string, string[]> => {
  const rows = new Map<string, string[]>();
  for (const [, names, rest] of readFileSync(join(root, file), 'utf8').matchAll(/^\| ((?:`[A-Z0-9_]+`(?:, )?)+) \|(.+)\|$/gm)) {
    for (const [, name] of names!.matchAll(/`([A-Z0-9_]+)`/g))
      if (!rows.has(name!))
        rows.set(
          name!,
          rest!.split('|').map((cell) => cell.trim()),
        );
  }
  return rows;
};
const table = rowsOf('docs/OPERATIONS.md');

describe('docs/OPERATIONS.md', () => {
  it.each(names)('describes %s: its readers and its default', (name) => {
    const readers = Object.keys(services).filter((service) => name in services[service]!);
    const [standard, readBy] = table.get(name) ?? [];
    expect(readBy?.split(', ')).toEqual(readers);
    const defaults = [
      ...new Set(
        readers.map((service) => {
          const schema = services[service]![name]!;
          // Typebox marks what may be missing; what may not and has no default is required.
          return schema.default !== undefined ? String(schema.default) : '~optional' in schema ? 'unset' : 'required';
        }),
      ),
    ];
    expect(standard?.replaceAll('`', '').split(defaults.length > 1 ? ', ' : '\n')).toEqual(defaults);
  });

  it('contains no setting that no service reads', () => {
    const keysOnly = ['GRAFANA_PASSWORD'];
    expect([...table.keys()].filter((name) => !names.includes(name) && !keysOnly.includes(name))).toEqual([]);
  });

  it('and docs/COMMANDS.md names every setting too', () => {
    const known = rowsOf('docs/COMMANDS.md');
    expect(names.filter((name) => !known.has(name) && name !== 'OTEL_EXPORTER_OTLP_ENDPOINT')).toEqual([]);
  });

  it('every command of npm that it names exists', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = [...readFileSync(join(root, 'docs/OPERATIONS.md'), 'utf8').matchAll(/npm (?:run )?([a-z0-9:]+)/g)].map(
      ([, name]) => name!,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
