// Patterns of addresses: metrics and log name no address as it came.

/** Every page and form, as its folder in web/app; the first that matches counts. */
export const routes = [
  '/',
  '/language',
  '/sales/:sale',
  '/sales/:sale/join',
  '/sales/:sale/place',
  '/operator',
  '/operator/new',
  '/operator/sales/:sale',
  '/operator/sales/:sale/edit',
  '/operator/sales/:sale/orders',
  '/operator/sales/:sale/orders/:purchase',
  '/operator/sales/:sale/report',
  '/operator/sales/:sale/check-in',
];
const patterns = routes.map((route) => ({ route, pattern: new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}/?$`) }));

/** What a request is for: a page, `relayed` (handed on to the gateway), `file`, or `unmatched`. */
export const routeOf = (url = '/') => {
  const path = url.split('?', 1)[0];
  if (/^\/+(api|docs)(\/|$)|^\/(openapi|asyncapi)\.json$/.test(path)) return 'relayed';
  if (path.startsWith('/_next/') || /\.\w+$/.test(path)) return 'file';
  return patterns.find(({ pattern }) => pattern.test(path))?.route ?? 'unmatched';
};

/** The path of a request target, which may be the whole address (RFC 9112, 3.2.2): Next would redirect that to itself for ever. */
export const pathOfTarget = (target) => {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path === target || path.startsWith('/') ? path : `/${path}`;
};
