import { publicRoutes, type RpcResponse, type Sale, type VisitorState } from '@sunbeon/contracts';
import type { RouteContext } from '../context.ts';

/** What a crowd needs of an answer. */
export interface CrowdAnswer {
  status: number;
  token?: string;
  state?: VisitorState;
}
/** The calls of the people of one rehearsal, by number. None throws; a call made again, also by another crowd of the same rehearsal, is of the same person. */
export interface CrowdCalls {
  join: (person: number) => Promise<CrowdAnswer>;
  place: (token: string) => Promise<CrowdAnswer>;
  claim: (token: string) => Promise<CrowdAnswer>;
  buy: (person: number, token: string, quantity: number) => Promise<CrowdAnswer>;
  leave: (token: string) => Promise<CrowdAnswer>;
  /** Null without an answer. A sale that is gone is closed. */
  sale: () => Promise<Pick<Sale, 'status' | 'soldOut'> | null>;
}

const answerOf = ({ status, token }: Pick<RpcResponse, 'status' | 'token'>): CrowdAnswer => ({
  status,
  ...(token === undefined ? {} : { token }),
});
/** Operation and key of a person's join and purchase; each is used within its sale alone. */
const keyOf = (person: number): string => `person-${person}`;
const noAnswer: CrowdAnswer = { status: 503 };

/** The ways that calls of visitors take from a gateway to the services, behind the limits per address. */
export const createCrowdCalls = ({ rpcs, upstreams }: Pick<RouteContext, 'rpcs' | 'upstreams'>, saleId: string): CrowdCalls => {
  const pathOf = ({ url }: { url: string }): string => url.replace(':sale', saleId);
  return {
    join: async (person) => answerOf(await rpcs.join({ saleId, operation: keyOf(person) })),
    place: async (token) => {
      const { status, text } = await rpcs.place({ saleId, token });
      return status === 200 ? { status, state: (JSON.parse(text) as { state: VisitorState }).state } : { status };
    },
    claim: async (token) => answerOf(await rpcs.claim({ saleId, token })),
    buy: async (person, token, quantity) => answerOf(await rpcs.purchase({ saleId, token, quantity, idempotencyKey: keyOf(person) })),
    leave: async (token) => {
      const { method } = publicRoutes.deletePlace;
      const request = { method, path: pathOf(publicRoutes.deletePlace), headers: { authorization: `Bearer ${token}` }, repeatable: true };
      return await upstreams.queue.send(request).then(
        ({ status }) => ({ status }),
        () => noAnswer,
      );
    },
    sale: async () => {
      try {
        const { method } = publicRoutes.getSale;
        const { status, text } = await upstreams.admission.send({ method, path: pathOf(publicRoutes.getSale), repeatable: true });
        if (status === 404) return { status: 'closed', soldOut: false };
        return status === 200 ? (JSON.parse(text) as Sale) : null;
      } catch {
        return null;
      }
    },
  };
};
