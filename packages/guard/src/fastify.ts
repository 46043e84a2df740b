import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { guardFrom, webRequestOf } from './node-request.ts';
import type { Guard, GuardOptions, Pass } from './types.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The pass of this request; null where it needed none. Set by `fastifyGuard`. */
    sunbeon: Pass | null;
  }
}

/** As fastify-plugin does it: the hook holds for the context around, not for the plugin's own. */
const marks = { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@sunbeon/guard' };

type FastifyGuard = ((from: Guard | GuardOptions) => (app: FastifyInstance) => Promise<void>) &
  ((app: FastifyInstance, options: { guard: Guard | GuardOptions }) => Promise<void>);

const pluginOf = (guard: Guard): ((app: FastifyInstance) => Promise<void>) => {
  const plugin = async (app: FastifyInstance): Promise<void> => {
    app.decorateRequest('sunbeon', null);
    app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      const { method, originalUrl, protocol, host, headers } = request;
      const asked = webRequestOf({ method, target: originalUrl, protocol, host, headers });
      if (asked === null) return await reply.code(400).send();
      const result = await guard.check(asked.request, asked.options);
      if ('pass' in result) {
        request.sunbeon = result.pass;
        return;
      }
      const { status, headers: answered } = result.response;
      const body = await result.response.text();
      return await reply.code(status).headers(Object.fromEntries(answered)).send(body);
    });
  };
  return Object.assign(plugin, marks);
};

const isApp = (value: FastifyInstance | Guard | GuardOptions): value is FastifyInstance => 'addHook' in value;

/**
 * `app.register(fastifyGuard, { guard })`, or `app.register(fastifyGuard(guard))`: guards the context that registers it, with all below it, before bodies
 * are read. Behind a proxy set Fastify's `trustProxy`, or `secure`.
 */
export const fastifyGuard = Object.assign(
  (first: FastifyInstance | Guard | GuardOptions, second?: { guard: Guard | GuardOptions }) =>
    isApp(first) ? pluginOf(guardFrom(second!.guard))(first) : pluginOf(guardFrom(first)),
  marks,
) as FastifyGuard;
