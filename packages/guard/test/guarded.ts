import { createGuard, type CheckResult, type GuardOptions, type Log } from '@sunbeon/guard';
import type { StandIn } from './stand-in.ts';

export const shop = 'https://shop.example';
export const room = 'https://wait.example/sales/concert';

/** What was written to the log. */
export const listeningLog = (): Log & { lines: string[] } => {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  return { lines, warn: write, error: write };
};

export const optionsFor = (standIn: StandIn, more: Partial<GuardOptions> = {}): GuardOptions => ({
  saleId: 'concert',
  gatewayUrl: standIn.url,
  roomUrl: room,
  shopKey: standIn.shopKey,
  log: listeningLog(),
  ...more,
});
export const guardFor = (standIn: StandIn, more?: Partial<GuardOptions>) => createGuard(optionsFor(standIn, more));

export const securePassCookie = '__Host-sunbeon-pass.concert';
/** A navigation of a browser to a path of the shop. */
export const visit = (path = '/', { pass, ...headers }: Record<string, string> = {}, method = 'GET'): Request =>
  new Request(`${shop}${path}`, {
    method,
    headers: {
      'sec-fetch-mode': 'navigate',
      accept: 'text/html',
      ...(pass === undefined ? {} : { cookie: `${securePassCookie}=${pass}` }),
      ...headers,
    },
  });
/** A call of a program. */
export const call = (path = '/', headers: Record<string, string> = {}, method = 'GET'): Request =>
  visit(path, { 'sec-fetch-mode': 'cors', accept: 'application/json', ...headers }, method);

/** One line for a result: `in <pass id>`, `in`, or status and target. */
export const told = (result: CheckResult): string => {
  if ('pass' in result) return result.pass === null ? 'in' : `in ${result.pass.passId}`;
  const { status, headers } = result.response;
  const location = headers.get('location');
  return location === null ? String(status) : `${status} ${location}`;
};
export const responseOf = (result: CheckResult): Response => {
  if (!('response' in result)) throw new Error(`let in: ${told(result)}`);
  return result.response;
};
/** The value of a cookie that was set. */
export const cookieOf = (result: CheckResult): string => /=([^;]+)/.exec(responseOf(result).headers.get('set-cookie') ?? '')?.[1] ?? '';
export const toRoom = (address: string): string => `302 ${room}?returnUrl=${encodeURIComponent(address)}`;
