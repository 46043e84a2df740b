import type { ServerResponse } from 'node:http';
import { bearerProtocolPrefix, eventNumber, isSaleId, liveProtocol } from '@sunbeon/contracts';
import { CodedError, copyOf, type VisitorToken } from '@sunbeon/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Rpc } from '../rpc/rpc.ts';
import { checkHandshake, refusalOf, verifyToken } from './sockets/check-handshake.ts';
import { createHub } from './sockets/hub.ts';
import type { LiveContext } from './live-context.ts';
import { createLiveSocket } from './sockets/live-socket.ts';
import { startStatsReporter } from './stats/stats-reporter.ts';
import { createStreamReader } from './stream/stream-reader.ts';
import { createGatewayStats } from './stats/gateway-stats.ts';

export interface LiveRouteContext extends Omit<LiveContext, 'gatewayStats' | 'streams'> {
  redisUrl: string;
  /** Tells the admission service what this gateway sees. */
  report: Rpc;
  /** The token in the sale's cookie. */
  cookieToken: (request: FastifyRequest, saleId: string) => string | undefined;
  isAllowedOrigin: (origin: string) => boolean;
}

interface Handshake {
  saleId: string;
  token: VisitorToken;
  rawToken: string;
  after: number | null;
  response: ServerResponse;
}
interface LiveRoute {
  Params: { sale: string };
  Querystring: { after?: string };
}

const protocolsOf = (request: FastifyRequest): string[] =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());

/** Of what a browser offers only the stream's own name is spoken; never its token. */
export const chooseProtocol = (offered: Set<string>): string | false => (offered.has(liveProtocol) ? liveProtocol : false);

const url = '/api/sales/:sale/live';

/** The plugin would take an upgrade of any route, and log its whole address. */
export const foreignUpgrade = (request: FastifyRequest): CodedError | undefined =>
  request.headers.upgrade !== undefined && request.routeOptions.url !== url
    ? new CodedError('route_not_found', 'Only the stream is a WebSocket.')
    : undefined;

/** `GET /api/sales/:sale/live`. Every check comes before the upgrade, so that a refusal is a plain HTTP problem. */
export const registerLive = (app: FastifyInstance, context: LiveRouteContext): void => {
  const { service, tokens, metrics } = context;
  const gatewayStats = createGatewayStats();
  const streams = createStreamReader(context.redisUrl, service.redis);
  const hub = createHub({ ...context, gatewayStats, streams });
  service.onStop(async () => {
    await hub.stop();
    streams.stop();
  });
  app.addHook('onListen', async () => {
    const reporter = startStatsReporter(service.instance, gatewayStats, context.report);
    service.onStop(reporter.stop);
  });
  const handshakes = new WeakMap<FastifyRequest, Handshake>();

  const check = async (request: FastifyRequest<LiveRoute>, reply: FastifyReply): Promise<void> => {
    const { sale: saleId } = request.params;
    if (!isSaleId(saleId)) throw new CodedError('invalid_request', 'that is no sale id');
    const protocols = protocolsOf(request);
    const bearer = protocols.find((name) => name.startsWith(bearerProtocolPrefix))?.slice(bearerProtocolPrefix.length);
    const { origin } = request.headers;
    // A cookie is sent by any page; only pages of allowed origins may use it. A bearer token is no such thing.
    if (origin !== undefined && !context.isAllowedOrigin(origin)) throw refusalOf('foreignOrigin');
    if (origin === undefined && bearer === undefined) throw refusalOf('noOrigin');
    const rawToken = bearer ?? context.cookieToken(request, saleId);
    const token = verifyToken(tokens, rawToken, saleId);
    const { after: text } = request.query;
    const after = text === undefined ? null : eventNumber(text);
    if (text !== undefined && after === null) throw new CodedError('invalid_request', '`after` is the id of an event');
    checkHandshake(request);
    const seat = hub.reserve(copyOf(request.ip));
    if (typeof seat === 'string') throw new CodedError('unavailable', seat);
    // The connection is the socket's own: whatever becomes of it, refusal, upgrade or neither, its end gives the room back.
    request.raw.socket.once('close', seat.release);
    if (request.raw.socket.destroyed) seat.release();
    const live = await hub.open(saleId).catch(() => {
      throw new CodedError('unavailable');
    });
    if (!live) throw new CodedError('sale_not_found');
    if (
      !(await live.knows(token.generation).catch(() => {
        throw new CodedError('unavailable');
      }))
    )
      throw new CodedError('not_in_queue');
    handshakes.set(request, { saleId, token, rawToken: copyOf(rawToken!), after, response: reply.raw });
  };

  app.get<LiveRoute>(url, { websocket: true, schema: { hide: true }, preValidation: check }, (ws, request) => {
    const { saleId, token, rawToken, after, response } = handshakes.get(request)!;
    const {
      raw: { socket: connection },
    } = request;
    // The plugin's listener and the answer that was never given would keep the whole request as long as the socket lives: a third of its memory.
    ws.removeAllListeners('error');
    if (response.socket) response.detachSocket(response.socket);
    const socket = createLiveSocket(ws, connection, token, rawToken, metrics);
    ws.on('close', () => hub.leave(saleId, socket));
    void hub.enter(saleId, socket, after);
  });
};
