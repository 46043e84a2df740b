import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { asyncApiDocument, errorsPage, publicRoutes } from '@sunbeon/contracts';
import type { FastifyInstance } from 'fastify';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const description = `A virtual waiting room with a shop behind it. A visitor joins (\`joinQueue\`), waits on the WebSocket
\`/api/sales/{sale}/live\` (subprotocol \`sunbeon.v1\`) or by asking \`getPlace\` every \`pollAfterMs\`, claims, and buys. The stream sends \`alive\` at least every ten seconds while nothing else is sent: a client that hears nothing for fifteen opens another.
Errors are RFC 9457 problems with a \`code\`; \`type\` is the address of its paragraph in \`/docs/errors\`.`;

/** Bodies that work, put where readers look for them. */
const examples = new Map(Object.values(publicRoutes).filter(({ example }) => example !== undefined).map(({ operationId, example }) => [operationId, example]));

/** `GET /openapi.json`, `GET /asyncapi.json` and `GET /docs`, made from the schemas that validate. Register before the routes. */
export const openApi = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sunbeon', version, description, license: { name: 'ISC', identifier: 'ISC' } },
      tags: [{ name: 'sales' }, { name: 'queue' }, { name: 'purchases' }, { name: 'operator' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'The token of `joinQueue`' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'sunbeon_{sale}', description: 'Set by `joinQueue`, one for each sale' },
          operator: { type: 'http', scheme: 'bearer', description: 'The operator\'s token' },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${i}`) },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      for (const path of Object.values(document.openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {}) as { operationId?: string; requestBody?: { content?: Record<string, { example?: unknown }> } }[]) {
          const content = operation?.requestBody?.content?.['application/json'];
          if (content && operation.operationId && examples.has(operation.operationId)) content.example = examples.get(operation.operationId);
        }
      }
      return document.openapiObject;
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  const errors = errorsPage();
  app.get('/docs/errors', { schema: { hide: true } as object }, async (_, reply) => reply.type('text/html; charset=utf-8').header('cache-control', 'public, max-age=300').send(errors));
  app.get('/openapi.json', { schema: { hide: true } as object }, async (_, reply) => reply.send(app.swagger()));
  const asyncApi = asyncApiDocument(version);
  app.get('/asyncapi.json', { schema: { hide: true } as object }, async (_, reply) => reply.send(asyncApi));
};
