import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  cookies: string[];
  text: string;
}

/** Sends a request target as it is: `fetch` would parse it first. */
export const rawRequest = async (
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> => {
  const asked = request({ port, host: '127.0.0.1', path, method, headers, agent: false });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of answer) text += String(part);
  return { status: answer.statusCode!, headers: answer.headers, cookies: answer.headers['set-cookie'] ?? [], text };
};

export const navigation = { accept: 'text/html', host: 'shop.example' };
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
export const cookieIn = ({ cookies }: RawAnswer): string => cookies.find((cookie) => /sunbeon-pass/.test(cookie))?.split(';')[0] ?? '';
