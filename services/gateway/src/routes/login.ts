import { cacheControl, isSaleId, limits, publicRoutes, type Problem, type RpcResponse } from '@sunbeon/contracts';
import { CodedError, memberTokenSigner, type MemberSettingsReader } from '@sunbeon/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { limitKeyOf } from '../client-address.ts';
import type { Login } from '../login/login.ts';
import { ProviderAway } from '../login/provider.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { describeRoute } from './describe.ts';
import type { KnownSales } from './known-sales.ts';

interface LoginContext {
  app: FastifyInstance;
  login: Login | null;
  settings: MemberSettingsReader;
  knownSales: KnownSales;
  metrics: Pick<GatewayMetrics, 'logins'>;
  /** Where the waiting page is, without a final `/`. */
  webUrl: string;
  /** Requests per minute and address to each of both routes; 0: any number. */
  perMinute: number;
  /** Redis's clock, ms: the queue judges the token by it. */
  now: () => number;
}

const hasLogin = async (settings: MemberSettingsReader, saleId: string): Promise<boolean | null> => {
  const read = await settings.of(saleId);
  return read && read.isForMembers && read.members !== null && 'login' in read.members;
};

/** The address of the login, in the problem of a join that lacks a good member token. Any other answer stays as it is. */
export const createLoginHint =
  (isOffered: boolean, settings: MemberSettingsReader) =>
  async (answer: RpcResponse, saleId: string): Promise<RpcResponse> => {
    if (!isOffered || !/"(member_required|invalid_member)"/.test(answer.text)) return answer;
    try {
      const problem = JSON.parse(answer.text) as Problem;
      if (problem.code !== 'member_required' && problem.code !== 'invalid_member') return answer;
      if (!(await hasLogin(settings, saleId))) return answer;
      return { ...answer, text: JSON.stringify({ ...problem, loginUrl: publicRoutes.getLogin.url.replace(':sale', saleId) }) };
    } catch {
      return answer;
    }
  };

/**
 * Login by OpenID Connect. Every redirect goes to the provider of the settings, or to the page's own origin with a sale id that is one: nothing of a
 * request is an address.
 */
export const loginRoutes = ({ app, login, settings, knownSales, metrics, webUrl, perMinute, now }: LoginContext): void => {
  const limit = { max: perMinute, timeWindow: 60_000 };
  const redirect = (reply: FastifyReply, location: string): FastifyReply =>
    reply.code(302).header('cache-control', cacheControl.own).header('location', location).send();
  const pageOf = (saleId: string, fragment: string): string => `${webUrl}/sales/${saleId}#${fragment}`;
  const back = (reply: FastifyReply, saleId: string, outcome: 'failed' | 'unavailable'): FastifyReply => {
    metrics.logins[outcome]();
    return redirect(reply, pageOf(saleId, `login=${outcome}`));
  };

  app.route<{ Params: { sale: string } }>({
    method: publicRoutes.getLogin.method,
    url: publicRoutes.getLogin.url,
    schema: describeRoute(publicRoutes.getLogin),
    config: perMinute > 0 ? { rateLimit: limit } : {},
    handler: async (request, reply) => {
      const { sale: saleId } = request.params;
      if (!knownSales.isKnown(saleId)) await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
      const offered = await hasLogin(settings, saleId);
      knownSales.answered(saleId, offered === null ? 404 : 200);
      if (offered === null) throw new CodedError('sale_not_found');
      if (!offered || login === null) throw new CodedError('no_login');
      try {
        const { url, pending } = await login.provider.begin(saleId);
        metrics.logins.begun();
        return redirect(reply.header('set-cookie', await login.cookie.set(pending)), url);
      } catch (error) {
        if (error instanceof ProviderAway) return back(reply, saleId, 'unavailable');
        throw error;
      }
    },
  });

  const sign = login === null ? null : memberTokenSigner(login.secret);
  app.route({
    method: publicRoutes.getLoginCallback.method,
    url: publicRoutes.getLoginCallback.url,
    schema: describeRoute(publicRoutes.getLoginCallback),
    config: perMinute > 0 ? { rateLimit: limit } : {},
    handler: async (request, reply) => {
      if (login === null || sign === null) throw new CodedError('no_login');
      const mark = request.raw.url!.indexOf('?');
      const search = mark < 0 ? '' : request.raw.url!.slice(mark);
      const states = new URLSearchParams(search).getAll('state');
      // One cookie, one try: whatever comes of it.
      reply.header('set-cookie', login.cookie.clear);
      const pending = await login.cookie.read(request.headers.cookie);
      if (pending === null || states.length !== 1 || states[0] !== pending.state) {
        const saleId = pending?.saleId ?? states[0]?.split('.', 1)[0] ?? '';
        if (isSaleId(saleId)) return back(reply, saleId, 'failed');
        metrics.logins.failed();
        return redirect(reply, `${webUrl}/`);
      }
      const { saleId } = pending;
      try {
        const member = await login.provider.finish(search, pending);
        const token = member === null ? '' : sign(saleId, member, now());
        if (token === '' || token.length > limits.memberCharacters) return back(reply, saleId, 'failed');
        metrics.logins.signed_in();
        return redirect(reply, pageOf(saleId, `member=${token}`));
      } catch (error) {
        if (error instanceof ProviderAway) return back(reply, saleId, 'unavailable');
        throw error;
      }
    },
  });
};
