import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createShop } from '@sunbeon/client/shop';
import { withoutTicket } from '@sunbeon/contracts/return-url';
import { shopKey } from '../fixtures/stack.mjs';
import { web } from './page.ts';

export interface SmallShop {
  /** Where its pages begin: an entry of `returnUrls`. */
  entry: string;
  /** Requested addresses with a ticket, in order. */
  tickets: string[];
  /** Ids of the passes that were redeemed, in order. */
  passes: string[];
  api: ReturnType<typeof createShop>;
  stop: () => Promise<void>;
}
interface ShopSettings {
  saleId: () => string;
  /** The browser refuses its cookie: every request is redirected to the waiting page. */
  forgetful?: boolean;
}

const cookieOf = (request: IncomingMessage): string | undefined => /(?:^|; )pass=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];

/** A shop built on the public API alone: redeems tickets with its key, sets a cookie, redirects requests without one to the waiting page. */
export const startShop = async ({ saleId, forgetful = false }: ShopSettings): Promise<SmallShop> => {
  const api = createShop({ baseUrl: process.env['TEST_GATEWAYS']!.split(',')[0]!, token: shopKey });
  const tickets: string[] = [];
  const passes: string[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const url = new URL(request.url ?? '/', origin());
      if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
      const ticket = url.searchParams.get('sunbeon_ticket');
      if (ticket !== null) {
        tickets.push(url.href);
        const redeemed = await api.redeem(ticket);
        const known = redeemed.ok && !forgetful;
        if (redeemed.ok) passes.push(redeemed.value.passId);
        return void response
          .writeHead(302, {
            location: withoutTicket(url.href),
            ...(known ? { 'set-cookie': `pass=${redeemed.value.passId}; Path=/; HttpOnly; SameSite=Lax` } : {}),
          })
          .end();
      }
      if (cookieOf(request) === undefined)
        return void response.writeHead(302, { location: `${web()}/sales/${saleId()}?returnUrl=${encodeURIComponent(url.href)}` }).end();
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
        .end(`<!doctype html><title>shop</title><p id="shop">${url.pathname}${url.search.replaceAll('&', '&amp;')}</p>`);
    };
    void answer();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    entry: `${origin()}/tickets`,
    tickets,
    passes,
    api,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
