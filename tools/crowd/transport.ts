import { fetch as undiciFetch, Pool } from 'undici';

/** Transport of a client: a pool of connections to one gateway, and no cookies. */
export const createTransport = (gateway: string, connections: number) => {
  const pool = new Pool(gateway, { connections, pipelining: 1 });
  return {
    send: (url: string, init: RequestInit): Promise<Response> =>
      undiciFetch(url, { ...(init as Parameters<typeof undiciFetch>[1]), dispatcher: pool }) as unknown as Promise<Response>,
    stop: (): Promise<void> => pool.destroy(),
  };
};
