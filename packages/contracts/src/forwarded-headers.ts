import { Type } from 'typebox';

const forwarded = (description: string) => Type.Optional(Type.String({ description }));
/** Headers in which a proxy tells the guard of the request that it asks about. */
export const forwardedHeaders = Type.Object({
  'x-forwarded-method': forwarded('Method of the request'),
  'x-forwarded-proto': forwarded('`http` or `https`'),
  'x-forwarded-host': forwarded('Host of the request, with its port unless that is the usual one'),
  'x-forwarded-uri': forwarded('Path and query of the request, as they came'),
  'x-original-method': forwarded('The same as `X-Forwarded-Method`; read only where `X-Forwarded-Uri` is absent'),
  'x-original-url': forwarded('The whole address; read only where `X-Forwarded-Uri` is absent'),
});
