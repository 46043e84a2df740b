// npm run helm:schemas: writes infra/helm/schemas, the JSON schemas of the kinds that the chart makes, from two Go modules. Needs Go and its proxy;
// run it for another version of Kubernetes or of prometheus-operator, and commit what it writes.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../local/commands.mjs';
import { crdFiles, moduleFolder } from './modules.mjs';
import { kubernetes, monitoringKinds, nativeKinds, schemasFolder } from './versions.mjs';

/** A schema that refuses unknown fields, without texts. */
const strict = (schema) => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const { $ref } = schema;
  if ($ref) return { $ref };
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') out.properties = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, strict(inner)]));
    else if (['items', 'additionalProperties', 'allOf', 'anyOf', 'oneOf', 'not'].includes(key)) out[key] = strict(value);
    else if (
      ['type', 'enum', 'required', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'const'].includes(key)
    )
      out[key] = value;
  }
  if (out.properties && out.additionalProperties === undefined && !schema['x-kubernetes-preserve-unknown-fields'])
    out.additionalProperties = false;
  return out;
};
const write = (version, kind, apiVersion, schema) => {
  const folder = join(root, schemasFolder, `v${version}`);
  const suffix = apiVersion
    .split('/')
    .map((part) => part.split('.')[0])
    .join('-');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${kind.toLowerCase()}-${suffix}.json`), `${JSON.stringify(schema)}\n`);
};

for (const name of readdirSync(join(root, schemasFolder)))
  if (name !== 'README.md') rmSync(join(root, schemasFolder, name), { recursive: true });
for (const version of kubernetes) {
  const { definitions } = JSON.parse(
    readFileSync(join(moduleFolder(`k8s.io/kubernetes@v${version}`), 'api/openapi-spec/swagger.json'), 'utf8'),
  );
  // The only number that YAML writes where the API has text.
  definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'] = { type: ['string', 'number'] };
  for (const [kind, apiVersion] of nativeKinds) {
    const [group, of] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const top = Object.values(definitions).find((definition) =>
      definition['x-kubernetes-group-version-kind']?.some((gvk) => gvk.group === group && gvk.version === of && gvk.kind === kind),
    );
    if (!top) throw new Error(`no schema of ${apiVersion} ${kind}`);
    const used = {};
    const collect = (schema) => {
      for (const [, reference] of JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) {
        if (used[reference]) continue;
        used[reference] = strict(definitions[reference]);
        collect(used[reference]);
      }
    };
    const schema = strict(top);
    schema.properties.apiVersion = { const: apiVersion };
    schema.properties.kind = { const: kind };
    schema.required = [...new Set([...(schema.required ?? []), 'apiVersion', 'kind', 'metadata'])];
    collect(schema);
    write(version, kind, apiVersion, { ...schema, definitions: used });
  }
}
const crds = crdFiles();
for (const [index, [kind, apiVersion]] of monitoringKinds.entries()) {
  const { spec } = parse(readFileSync(crds[index], 'utf8'));
  const { openAPIV3Schema } = spec.versions.find(({ name }) => apiVersion.endsWith(`/${name}`)).schema;
  const schema = strict(openAPIV3Schema);
  schema.properties.metadata = { type: 'object' };
  for (const version of kubernetes) write(version, kind, apiVersion, schema);
}
