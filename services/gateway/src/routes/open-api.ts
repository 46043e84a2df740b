import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { asyncApiDocument, cacheControl, errorsPage, operatorCookie, tagDocs } from '@sunbeon/contracts';
import type { FastifyInstance } from 'fastify';
import { documentOperation, type Operation } from './document-operation.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const description = `A virtual waiting room with a shop behind it. A visitor joins (\`joinQueue\`), waits on the WebSocket
\`/api/sales/{sale}/live\` (subprotocol \`sunbeon.v1\`) or by asking \`getPlace\` every \`pollAfterMs\`, claims, and buys. The stream sends \`alive\` at least every ten seconds while nothing else is sent: a client that hears nothing for fifteen opens another.
Errors are RFC 9457 problems with a \`code\`; \`type\` is the address of its paragraph in \`/docs/errors\`.`;

/** `GET /openapi.json`, `GET /asyncapi.json` and `GET /docs`, made from the schemas that validate. Register before the routes. */
export const openApi = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sunbeon', version, description, license: { name: 'ISC', identifier: 'ISC' } },
      servers: [
        {
          url: '/',
          description: 'The server of this document: the gateway (`http://localhost:4000` after `npm start`), or the page in front of it',
        },
      ],
      tags: Object.entries(tagDocs).map(([name, text]) => ({ name, description: text })),
      externalDocs: { url: '/asyncapi.json', description: 'AsyncAPI document of the live stream' },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token of `joinQueue`, for one sale and 30 days. Wins over the cookie',
          },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: 'sunbeon_{sale}',
            description:
              'Set by `joinQueue`, one for each sale, HttpOnly. Changes need an `Origin` of `ALLOWED_ORIGINS` where a browser sends one',
          },
          shop: { type: 'http', scheme: 'bearer', description: "The key of the shop's server: the secret of one of `SHOP_KEYS`" },
          operator: {
            type: 'http',
            scheme: 'bearer',
            description: "An operator's token: of `OPERATORS` or `ADMIN_TOKEN` of the deployment. Wins over the cookie",
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: operatorCookie,
            description: 'Set by `signIn`, HttpOnly, for 12 hours. Changes need an `Origin` of `ALLOWED_ORIGINS`',
          },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${i}`) },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      for (const path of Object.values(document.openapiObject.paths ?? {}))
        for (const operation of Object.values(path ?? {})) documentOperation(operation as Operation);
      return document.openapiObject;
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  const errors = errorsPage();
  app.get('/docs/errors', { schema: { hide: true } }, async (_, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', cacheControl.document).send(errors),
  );
  app.get('/openapi.json', { schema: { hide: true } }, async (_, reply) => reply.send(app.swagger()));
  const asyncApi = asyncApiDocument(version);
  app.get('/asyncapi.json', { schema: { hide: true } }, async (_, reply) => reply.send(asyncApi));
};
