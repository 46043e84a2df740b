import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerExamples, asyncApiDocument, publicRoutes, routeDocs, sharedSchemas } from '@sunbeon/contracts';
import { Value } from 'typebox/value';
import { startGateway, type TestGateway } from '../../../tests/fixtures/gateway.ts';

interface Operation {
  operationId: string;
  description?: string;
  security?: unknown[];
  responses: Record<string, { description: string; content?: Record<string, { example?: unknown; examples?: object }> }>;
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
  info: { version: string };
}

const redocly = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-api-documents-'));
let gateway: TestGateway;
let openApi: OpenApi;
beforeAll(async () => {
  gateway = await startGateway();
  openApi = (await (await fetch(`${gateway.base}/openapi.json`)).json()) as OpenApi;
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

interface Report {
  totals: { errors: number; warnings: number; ignored: number };
  problems: { ruleId: string; location: { pointer?: string }[] }[];
}
/** Violations of redocly.yaml in a document. Sends nothing anywhere. */
const lint = (name: string, document: unknown): Promise<string[]> => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(document));
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_NOTIFICATIONS: 'true' };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [redocly, 'lint', '--config', 'redocly.yaml', '--format', 'json', '--max-problems', '1000', file],
      { env, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        try {
          const { problems } = JSON.parse(stdout) as Report;
          resolve(problems.map(({ ruleId, location: [place] }) => `${ruleId} ${place?.pointer ?? ''}`));
        } catch {
          reject(error ?? new Error(stderr));
        }
      },
    );
  });
};

/** Paths of properties without a description. */
const undescribed = (value: unknown, path = ''): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { properties = {} } = value as { properties?: Record<string, { description?: string; $ref?: string }> };
  const own = Object.entries(properties)
    .filter(([, { description, $ref }]) => !description && !$ref)
    .map(([name]) => `${path}/${name}`);
  return [...own, ...Object.entries(value).flatMap(([key, item]) => undescribed(item, `${path}/${key}`))];
};

describe('the API documents', () => {
  it('have no error and no warning of redocly, which finds them in others', async () => {
    const asyncApi = await (await fetch(`${gateway.base}/asyncapi.json`)).json();
    expect(asyncApi).toEqual(JSON.parse(JSON.stringify(asyncApiDocument(openApi.info.version))));
    expect(await Promise.all([lint('openapi.json', openApi), lint('asyncapi.json', asyncApi)])).toEqual([[], []]);
    const wrong = { ...structuredClone(openApi), servers: [] };
    delete wrong.paths['/api/sales']!['get']!.description;
    expect((await lint('wrong.json', wrong)).sort()).toEqual([
      'no-empty-servers #/servers',
      'operation-description #/paths/~1api~1sales/get/description',
    ]);
  });

  it('describe each operation, each answer and each field, and the token that each needs', () => {
    const operations = Object.values(openApi.paths).flatMap((path) => Object.values(path));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      Object.values(publicRoutes)
        .map(({ operationId }) => operationId)
        .sort(),
    );
    for (const { operationId, description, security, responses } of operations) {
      expect([operationId, description, security]).toEqual([operationId, expect.stringMatching(/\.$/), expect.any(Array)]);
      for (const [status, { content = {} }] of Object.entries(responses)) {
        for (const [type, { example, examples }] of Object.entries(content))
          if (type !== 'application/octet-stream')
            expect([operationId, status, example ?? examples]).toEqual([operationId, status, expect.anything()]);
      }
    }
    expect(undescribed(openApi.components.schemas)).toEqual([]);
  });

  it('have a meaning for exactly the successes of each route', () => {
    for (const name of Object.keys(publicRoutes) as (keyof typeof publicRoutes)[]) {
      expect([name, Object.keys(routeDocs[name].answers)]).toEqual([name, Object.keys(publicRoutes[name].answers)]);
    }
  });

  it('have an example for every schema of an answer, valid by it', () => {
    const byId = Object.fromEntries(sharedSchemas.map((schema) => [(schema as { $id?: string }).$id!, schema]));
    const answers = new Set(
      Object.values(publicRoutes)
        .flatMap((route) => Object.values(route.answers as Record<number, string | null>))
        .filter((id) => id !== null),
    );
    expect(new Set(Object.keys(answerExamples))).toEqual(new Set([...answers]));
    for (const [id, example] of Object.entries(answerExamples)) expect([id, Value.Errors(byId, byId[id]!, example)]).toEqual([id, []]);
  });
});
