import { cookiesAreSecure, limits, publicRoutes, type Place, type PublicRoute, type Transfer } from '@sunbeon/contracts';
import type { FastifyReply } from 'fastify';
import { limitKeyOf } from '../client-address.ts';
import { setCookies } from '../identity.ts';
import type { UpstreamAnswer } from '../rpc/upstream.ts';
import { createWrongCodes, isWrongCode } from './wrong-codes.ts';

/** What the gateway adds to the calls that move a place to another device: the page's origin, the cookies of the second one, and the limit of wrong codes. */
export const createTransfers = (webUrl: string) => {
  const wrongCode = createWrongCodes();
  return (route: PublicRoute, reply: FastifyReply, answer: UpstreamAnswer): UpstreamAnswer => {
    if (route === publicRoutes.postTransfer && answer.status === 201) {
      const transfer = JSON.parse(answer.text) as Transfer;
      return { ...answer, text: JSON.stringify({ ...transfer, url: webUrl + transfer.url }) };
    }
    if (route !== publicRoutes.takeTransfer) return answer;
    const { ip, params, protocol } = reply.request;
    if (isWrongCode(answer)) wrongCode(limitKeyOf(ip));
    if (answer.status === 200) {
      const { token } = JSON.parse(answer.text) as Place;
      void reply.header(
        'set-cookie',
        setCookies((params as { sale: string }).sale, token, limits.tokenDays * 86_400, cookiesAreSecure(webUrl, protocol)),
      );
    }
    return answer;
  };
};
