import type { ServerResponse } from 'node:http';
import { bearerProtocolPrefix, eventNumber, isSaleId, liveProtocol, socketsPerVisitor } from '@sunbeon/contracts';
import { CodedError, copyOf, logRequest, type VisitorToken } from '@sunbeon/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limitKeyOf } from '../client-address.ts';
import type { AddressSockets } from '../processes/address-limits.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { checkHandshake, refusalOf, verifyToken } from './sockets/check-handshake.ts';
import { createHub, tooManyOfAddress, type Hub } from './sockets/hub.ts';
import type { LiveContext } from './live-context.ts';
import { createLiveSocket } from './sockets/live-socket.ts';
import { isWebSocketUpgrade } from './other-upgrades.ts';
import { startStatsReporter } from './stats/stats-reporter.ts';
import { createStreamReader } from './stream/stream-reader.ts';
import { createGatewayStats } from './stats/gateway-stats.ts';

export interface LiveRouteContext extends Omit<LiveContext, 'gatewayStats' | 'streams'> {
  redisUrl: string;
  /** Sends the gateway's reports to the admission service. */
  report: Rpc;
  /** The token in the sale's cookie. */
  cookieToken: (request: FastifyRequest, saleId: string) => string | undefined;
  isAllowedOrigin: (origin: string) => boolean;
  /** Counts an address's sockets in all processes, when there are several; `socketsPerAddress` is of one. */
  addressSockets?: AddressSockets;
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

/** Of the offered subprotocols, only the stream's own name is answered, never the token. */
export const chooseProtocol = (offered: Set<string>): string | false => (offered.has(liveProtocol) ? liveProtocol : false);

const url = '/api/sales/:sale/live';

/** Refuses a WebSocket on any other route: the plugin would accept it and log its whole address. */
export const foreignUpgrade = (request: FastifyRequest): CodedError | undefined =>
  isWebSocketUpgrade(request.headers) && request.routeOptions.url !== url
    ? new CodedError('route_not_found', 'Only the stream is a WebSocket.')
    : undefined;

/**
 * A proxy may read nothing more once it has seen an upgrade: what follows a refusal must not be answered. Also where Node saw no upgrade, for want of a
 * fitting `Connection`; and where it saw one, nobody else would ever end the connection.
 */
export const endRefusedUpgrades = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers.upgrade !== undefined) void reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, _, done) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
    done();
  });
};

/** `GET /api/sales/:sale/live`. Every check comes before the upgrade, so that a refusal is a plain HTTP problem. Returns the sales that are followed. */
export const registerLive = (app: FastifyInstance, context: LiveRouteContext): Hub => {
  const { service, tokens, metrics } = context;
  const gatewayStats = createGatewayStats();
  const streams = createStreamReader(context.redisUrl, service.redis);
  const hub = createHub({ ...context, gatewayStats, streams });
  service.onStop(async () => {
    await hub.stop();
    streams.stop();
  });
  app.addHook('onListen', async () => {
    const reporter = startStatsReporter(service.instance, gatewayStats, context.refusals.lastMinute, context.report);
    service.onStop(reporter.stop);
  });
  const handshakes = new WeakMap<FastifyRequest, Handshake>();

  const check = async (request: FastifyRequest<LiveRoute>, reply: FastifyReply): Promise<void> => {
    const { sale: saleId } = request.params;
    if (!isSaleId(saleId)) throw new CodedError('invalid_request', 'The path contains an invalid sale id.');
    const protocols = protocolsOf(request);
    const bearer = protocols.find((name) => name.startsWith(bearerProtocolPrefix))?.slice(bearerProtocolPrefix.length);
    const { origin } = request.headers;
    // Any page can make a browser send its cookie, so a cookie requires an allowed origin. A bearer token does not.
    if (origin !== undefined && !context.isAllowedOrigin(origin)) throw refusalOf('foreignOrigin');
    if (origin === undefined && bearer === undefined) throw refusalOf('noOrigin');
    const rawToken = bearer ?? context.cookieToken(request, saleId);
    const token = verifyToken(tokens, rawToken, saleId);
    const { after: text } = request.query;
    const after = text === undefined ? null : eventNumber(text);
    if (text !== undefined && after === null) throw new CodedError('invalid_request', '`after` is the id of an event');
    checkHandshake(request);
    const seat = hub.reserve(copyOf(limitKeyOf(request.ip)), `${saleId} ${token.visitorId}`);
    if (typeof seat === 'string') throw new CodedError('unavailable', seat);
    // Counts per connection: whatever its end (refusal, upgrade or neither), its close releases the slot.
    request.raw.socket.once('close', seat.release);
    if (request.raw.socket.destroyed) seat.release();
    if (context.addressSockets) {
      const giveBack = await context.addressSockets.take(copyOf(limitKeyOf(request.ip)));
      if (giveBack === null && seat.ofVisitor > socketsPerVisitor) {
        seat.release();
        context.refusals.refuse('address');
        throw new CodedError('unavailable', tooManyOfAddress);
      }
      if (giveBack !== null) {
        request.raw.socket.once('close', giveBack);
        if (request.raw.socket.destroyed) giveBack();
      }
    }
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
    // Its answer is never sent by the framework.
    if (service.log.requests) logRequest(request, 101, 0);
    const {
      raw: { socket: connection },
    } = request;
    // Removes the plugin's listener and the unsent answer, which would keep the request as long as the socket: a third of its memory.
    ws.removeAllListeners('error');
    if (response.socket) response.detachSocket(response.socket);
    const socket = createLiveSocket(ws, connection, token, rawToken, metrics);
    ws.on('close', () => hub.leave(saleId, socket));
    void hub.enter(saleId, socket, after);
  });
  return hub;
};
