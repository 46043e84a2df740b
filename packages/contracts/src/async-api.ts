import { closeCodeDocs, frameDocs, handshakeRefusals } from './live-docs.ts';
import { liveFrames, type FrameType } from './live-frames.ts';
import { liveTables } from './live-tables.ts';
import { aliveWithinMs, cadence, silentMs } from './cadence.ts';
import { bearerProtocolPrefix, clientMessageLimits, closeCodes, liveProtocol } from './live.ts';
import { answerExamples } from './examples.ts';
import { errorCatalogue } from './errors.ts';

type Json = Record<string, unknown>;

const description = `The stream of one visitor's place. The gateway sends; a client only answers pings.

**Handshake.** Join first (\`joinQueue\` of \`/openapi.json\`). Offer the subprotocol \`${liveProtocol}\`, and \`${bearerProtocolPrefix}<token>\` unless the cookie of the join is sent. With a cookie the
\`Origin\` must be in \`ALLOWED_ORIGINS\`; with a bearer token it may be absent, but not foreign. The gateway answers with \`${liveProtocol}\`, never with the token.

**Resume.** \`?after=<id>\` of the last frame that had an \`id\`: \`state\` comes first, then the missed events of the present place.

**Liveness.** A frame comes at least every ${aliveWithinMs / 1_000} s. Without one for ${silentMs / 1_000} s the connection is dead, whatever it looks like. Pings come at most every ${cadence.pingMs / 1_000} s; one without a pong ends the connection.
More than ${clientMessageLimits.messages} messages of a client, or one above ${clientMessageLimits.bytes} bytes, end it too.

**Compatibility.** Ignore frames and fields that are not known. The guide with code is docs/LIVE.md; the HTTP API is described at /docs and /openapi.json.`;

const queryBinding: Json = {
  type: 'object',
  additionalProperties: false,
  description: 'Query of the address',
  properties: {
    after: {
      ...liveFrames.state.properties.id,
      description: '`id` of the last frame that had one; what was missed follows the first `state`',
      examples: ['1204-0'],
    },
  },
};
const headersBinding: Json = {
  type: 'object',
  description: 'Headers of the handshake, beside those of RFC 6455',
  required: ['Sec-WebSocket-Protocol'],
  properties: {
    'Sec-WebSocket-Protocol': {
      type: 'string',
      description: `\`${liveProtocol}\`, and \`${bearerProtocolPrefix}<token>\` without a cookie`,
      examples: [`${liveProtocol}, ${bearerProtocolPrefix}${answerExamples.Place.token}`],
    },
    Origin: {
      type: 'string',
      description: 'Set by browsers. Needed with a cookie; an origin outside of `ALLOWED_ORIGINS` is refused in any case',
      examples: ['http://localhost:3000'],
    },
    Cookie: {
      type: 'string',
      description: 'Sent by browsers: `sunbeon_<sale>` of the join',
      examples: [`sunbeon_${answerExamples.Sale.saleId}=${answerExamples.Place.token}`],
    },
  },
};

/** Schemas with an `$id`, by that id; collected while `$ref`s are inserted. */
const withReferences = (schemas: Json) => {
  const convert = (value: unknown, isRoot = false): unknown => {
    if (Array.isArray(value)) return value.map((item) => convert(item));
    if (typeof value !== 'object' || value === null) return value;
    const { $id, ...rest } = value as Json;
    if (typeof $id === 'string' && !isRoot) {
      schemas[$id] ??= convert(value, true);
      return { $ref: `#/components/schemas/${$id}` };
    }
    return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, convert(item)]));
  };
  return convert;
};

/** The AsyncAPI 3 document of the live stream; the gateway serves it at `/asyncapi.json`. `version`: that of Sunbeon. */
export const asyncApiDocument = (version: string): Json => {
  const types = Object.keys(liveFrames) as FrameType[];
  const schemas: Json = {};
  const convert = withReferences(schemas);
  for (const type of types) schemas[`${type}Frame`] = { ...(convert(liveFrames[type]) as Json), description: frameDocs[type].meaning };
  return {
    asyncapi: '3.0.0',
    id: 'urn:sunbeon:live',
    info: { title: 'Sunbeon live stream', version, description, license: { name: 'ISC', url: 'https://spdx.org/licenses/ISC.html' } },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: 'localhost:4000',
        protocol: 'ws',
        description: 'The gateway of `npm start`. In production: `wss`, the host of the page',
        security: [{ $ref: '#/components/securitySchemes/cookie' }, { $ref: '#/components/securitySchemes/bearer' }],
      },
    },
    channels: {
      live: {
        address: '/api/sales/{sale}/live',
        title: 'Live stream of a place',
        description: `Refusals of the handshake, as HTTP problems (RFC 9457):\n\n${liveTables.refusals()}\n\nClose codes:\n\n${liveTables.closeCodes()}`,
        parameters: { sale: { description: 'Id of the sale, 1 to 40 of `a-z 0-9 _ -`', examples: [answerExamples.Sale.saleId] } },
        messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
        bindings: { ws: { method: 'GET', query: queryBinding, headers: headersBinding, bindingVersion: '0.1.0' } },
        'x-close-codes': Object.entries(closeCodeDocs).map(([name, doc]) => ({
          code: closeCodes[name as keyof typeof closeCodes],
          name,
          ...doc,
        })),
        'x-handshake-refusals': Object.values(handshakeRefusals).map((refusal) => ({
          status: errorCatalogue[refusal.code].status,
          ...refusal,
        })),
        'x-liveness-ms': { aliveWithinMs, silentMs, pingWithinMs: cadence.pingMs },
      },
    },
    operations: {
      sendFrames: {
        action: 'send',
        channel: { $ref: '#/channels/live' },
        title: 'Frames to the visitor',
        summary: 'State, positions and events of one place, and changes of its sale',
        description:
          '`state` is first. Frames with an `id` follow in the order of the events. There is no operation for the other direction.',
        messages: types.map((type) => ({ $ref: `#/channels/live/messages/${type}` })),
      },
    },
    components: {
      messages: Object.fromEntries(
        types.map((type) => [
          type,
          {
            name: type,
            title: type,
            summary: frameDocs[type].meaning,
            description: `Sent: ${frameDocs[type].when}.`,
            contentType: 'application/json',
            payload: { $ref: `#/components/schemas/${type}Frame` },
            examples: [{ name: type, summary: frameDocs[type].meaning, payload: frameDocs[type].example }],
          },
        ]),
      ),
      schemas,
      securitySchemes: {
        cookie: {
          type: 'httpApiKey',
          in: 'cookie',
          name: 'sunbeon_{sale}',
          description: 'Set by `joinQueue`, one for each sale, HttpOnly. Needs an `Origin` of `ALLOWED_ORIGINS`',
        },
        bearer: {
          type: 'httpApiKey',
          in: 'header',
          name: 'Sec-WebSocket-Protocol',
          description: `\`${liveProtocol}, ${bearerProtocolPrefix}<token>\` with the token of \`joinQueue\`. Wins over the cookie`,
        },
      },
    },
  };
};
