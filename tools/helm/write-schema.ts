// npm run helm:schema: writes values.schema.json of the chart from the settings of the services and the names in values.yaml.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { format } from 'prettier';
import { valuesSchema } from './values-schema.ts';

const chart = new URL('../../infra/helm/sunbeon/', import.meta.url);
const { settings } = parse(readFileSync(new URL('values.yaml', chart), 'utf8')) as { settings: Record<string, unknown> };
writeFileSync(
  new URL('values.schema.json', chart),
  await format(JSON.stringify(valuesSchema(Object.keys(settings))), { parser: 'json', printWidth: 140 }),
);
