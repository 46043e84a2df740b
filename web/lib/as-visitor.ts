import { createClient } from '@sunbeon/client';
import { gatewayUrl } from './gateway-url.ts';

/** What the gateway needs to know of a browser whose request the web server makes: who it is, and whose page sent it. */
const passedOn = ['cookie', 'origin', 'x-forwarded-for', 'x-forwarded-proto', 'x-request-id', 'x-sunbeon-page'];

/** The public API in the name of the browser that sent `headers`. `setCookies` has the cookies of the answers, for that browser. */
export const asVisitor = (headers: Headers) => {
  const setCookies: string[] = [];
  const passed = Object.fromEntries(passedOn.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!]] : [])));
  const client = createClient({
    baseUrl: gatewayUrl,
    fetch: async (url, init) => {
      const response = await fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), ...passed } });
      setCookies.push(...response.headers.getSetCookie());
      return response;
    },
  });
  return { client, setCookies };
};
