import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import { clientMessageLimits } from '@sunbeon/contracts';
import {
  createHttp,
  createMemberSettings,
  createProofs,
  createRedisClock,
  createTokens,
  requestIdHeader,
  type Service,
} from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import { createAddressReader, limitByPrefixes, limitKeyOf, proxyTrust } from './client-address.ts';
import { socketsPerAddress, type GatewayConfig } from './config.ts';
import { createChallenges } from './challenges.ts';
import { createRpc } from './rpc/rpc.ts';
import { createUpstream } from './rpc/upstream.ts';
import { cookieToken, createOriginCheck, forgetBasic, foreignOrigin } from './identity.ts';
import { createStreamReader } from './live/stream/stream-reader.ts';
import { liveMetrics } from './live/stats/live-metrics.ts';
import { createRefusals } from './live/stats/refusals.ts';
import { endEarlyUpgrades, RequestOfWebSockets } from './live/other-upgrades.ts';
import { chooseProtocol, endRefusedUpgrades, foreignUpgrade, registerLive } from './live/route.ts';
import { createLogin } from './login/login.ts';
import { gatewayMetrics } from './metrics.ts';
import { createAddressSockets, joinStoreOf, type Together } from './processes/address-limits.ts';
import { createEndedPasses } from './passes/ended-passes.ts';
import { createGates } from './passes/gates.ts';
import { createPassKeySet } from './passes/pass-keys.ts';
import { createPassVerifier } from './passes/verify-pass.ts';
import { createCrowdCalls } from './rehearsals/crowd-calls.ts';
import { hideRehearsals } from './rehearsals/hide-rehearsals.ts';
import { createRehearsals } from './rehearsals/rehearsals.ts';
import { drawRoutes } from './routes/draw.ts';
import { getChallenge } from './routes/get-challenge.ts';
import { getGuard } from './routes/get-guard.ts';
import { getPassKeys } from './routes/get-pass-keys.ts';
import { batchedRoutes } from './routes/batched-routes.ts';
import { createHotAnswers } from './routes/hot-answers.ts';
import { createKnownSales, currentSalesReader } from './routes/known-sales.ts';
import { lineRoutes } from './routes/line.ts';
import { createLoginHint, loginRoutes } from './routes/login.ts';
import { openApi } from './routes/open-api.ts';
import { proxiedRoutes } from './routes/proxied-routes.ts';
import { createSharedReads } from './routes/shared-reads.ts';

/** Security headers of API answers: no MIME sniffing, no framing, no embedding by other origins. */
const securityHeaders = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** The gateway: routes and relays, and holds no truth. Order of registration is behaviour. `together`: this is one of several processes. */
export const buildApp = async (service: Service, config: GatewayConfig, together?: Together): Promise<FastifyInstance> => {
  const app = createHttp(service.log, service.metrics, { trustProxy: (_address: string, hop: number) => hop === 0 }, RequestOfWebSockets);
  const readAddress = createAddressReader(proxyTrust(config.TRUST_PROXY), config.PAGE_SECRET, config.TRUST_TRACEPARENT === 'on');
  endEarlyUpgrades(app.server);
  for (const arrival of ['request', 'upgrade'] as const) app.server.prependListener(arrival, readAddress);
  const metrics = gatewayMetrics(service.metrics);
  const isAllowedOrigin = createOriginCheck(config.ALLOWED_ORIGINS);
  const tokens = createTokens(config.TOKEN_SECRET, service.keyring);
  const refusals = createRefusals(service.metrics);
  const full = (): void => refusals.refuse('rpc');
  const upstreams = {
    queue: createUpstream(config.QUEUE_URL, full),
    admission: createUpstream(config.ADMISSION_URL, full),
    purchase: createUpstream(config.PURCHASE_URL, full),
  };
  for (const [name, upstream] of Object.entries(upstreams)) {
    let watched: ReturnType<typeof upstream.watch> | null = null;
    service.onReady(() => (watched?.isReady() ? null : `no instance of ${name} is ready`));
    app.addHook('onListen', async () => {
      watched = upstream.watch();
      service.onStop(watched.stop);
    });
  }
  const rpcs = {
    join: createRpc('join', upstreams.queue, tokens.rpcCredential, metrics, service.log),
    place: createRpc('place', upstreams.queue, tokens.rpcCredential, metrics, service.log),
    claim: createRpc('claim', upstreams.admission, tokens.rpcCredential, metrics, service.log),
    report: createRpc('report', upstreams.admission, tokens.rpcCredential, metrics, service.log),
    redeem: createRpc('redeem', upstreams.admission, tokens.rpcCredential, metrics, service.log),
    purchase: createRpc('purchase', upstreams.purchase, tokens.rpcCredential, metrics, service.log),
  };

  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders).header(requestIdHeader, request.id);
    forgetBasic(request.raw);
    done();
  });
  endRefusedUpgrades(app);
  await app.register(cors, {
    origin: (origin, answer) => answer(null, origin !== undefined && isAllowedOrigin(origin)),
    credentials: true,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: ['Retry-After', 'Idempotency-Replayed', 'ETag', 'Sunbeon-Token', 'X-Request-Id'],
    maxAge: 600,
    // An OPTIONS that is no preflight is answered like one, not with a text.
    strictPreflight: false,
  });
  limitByPrefixes({ ipv4: config.ADDRESS_PREFIX_IPV4, ipv6: config.ADDRESS_PREFIX_IPV6 });
  await app.register(rateLimit, {
    global: false,
    ...(together ? { store: joinStoreOf(together, config.JOIN_LIMIT_PER_MINUTE) } : {}),
    keyGenerator: ({ ip }) => limitKeyOf(ip),
  });
  app.addHook('onRequest', (request, _, done) =>
    done(foreignOrigin(request, isAllowedOrigin) ?? foreignUpgrade(request) ?? hideRehearsals(request)),
  );
  await openApi(app);
  await app.register(websocket, {
    options: { maxPayload: clientMessageLimits.bytes, perMessageDeflate: false, handleProtocols: chooseProtocol },
  });

  // Answers are validated by their service: the schemas here document them, and do not serialise them again.
  app.setSerializerCompiler(() => (data) => (typeof data === 'string' ? data : JSON.stringify(data)));
  const knownSales = createKnownSales(currentSalesReader(service.redis));
  const keys = createPassKeySet(upstreams.admission, service.log);
  const clock = createRedisClock(service.redis);
  const ended = createEndedPasses();
  // A reader of its own: the events of guarded shops hold up no browser's.
  const streams = createStreamReader(config.REDIS_URL, service.redis);
  const gates = createGates(service.redis, streams, ended, (saleId) => knownSales.answered(saleId, 404));
  app.addHook('onListen', async () => {
    for (const part of [keys, clock, gates]) service.onStop(part.start().stop);
  });
  service.onStop(streams.stop);
  const hotAnswers = createHotAnswers(service.metrics, !service.log.requests);
  app.addHook('onListen', async () => hotAnswers.guard(app.server));
  app.addHook('preClose', async () => hotAnswers.stop());
  const memberSettings = createMemberSettings(service.redis);
  const login = createLogin(config, service.log, clock.now);
  const rehearsals = createRehearsals((saleId) => createCrowdCalls({ rpcs, upstreams }, saleId), service.log);
  app.addHook('preClose', async () => rehearsals.stop());
  const context = {
    app,
    rehearsals,
    config,
    tokens,
    upstreams,
    rpcs,
    sharedReads: createSharedReads(),
    hotAnswers,
    knownSales,
    challenges: createChallenges({
      redis: service.redis,
      proofs: createProofs(config.TOKEN_SECRET, service.keyring),
      now: clock.now,
      knownSales,
      made: metrics.challenged,
    }),
    processes: together?.count ?? 1,
    addLogin: createLoginHint(login !== null, memberSettings),
  };
  batchedRoutes(context);
  proxiedRoutes(context);
  drawRoutes(context, service.redis);
  getChallenge(context);
  loginRoutes({
    app,
    login,
    settings: memberSettings,
    knownSales,
    metrics,
    webUrl: withoutSlash(config.WEB_URL),
    perMinute: config.JOIN_LIMIT_PER_MINUTE,
    now: clock.now,
  });
  getPassKeys(app, keys);
  getGuard({
    app,
    gates,
    ended,
    verifier: createPassVerifier(keys, withoutSlash(config.PUBLIC_URL), clock.now),
    knownSales: context.knownSales,
    redeem: rpcs.redeem,
    metrics,
    now: clock.now,
    webUrl: withoutSlash(config.WEB_URL),
  });
  const hub = registerLive(app, {
    service,
    redisUrl: config.REDIS_URL,
    tokens,
    socketsPerAddress: socketsPerAddress(config),
    ...(together ? { addressSockets: createAddressSockets(together, socketsPerAddress(config)) } : {}),
    metrics: liveMetrics(service.metrics),
    refusals,
    report: rpcs.report,
    place: (saleId, token) => rpcs.place({ saleId, token }),
    cookieToken: (request, saleId) => cookieToken(tokens, request.headers.cookie, saleId),
    isAllowedOrigin,
  });
  lineRoutes(context, hub);
  return app;
};
