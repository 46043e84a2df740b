import type { IncomingMessage, ServerResponse } from 'node:http';
import { guardFrom, webRequestOf } from './node-request.ts';
import type { Guard, GuardOptions, Pass } from './types.ts';

declare global {
  // The place where Express's own types look for members of a request.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Request {
      /** The pass of this request; null where it needed none. Set by `expressGuard`. */
      sunbeon?: Pass | null;
    }
  }
}

/** What the guard needs of Express 4.18 or 5. */
interface ExpressRequest extends IncomingMessage {
  originalUrl?: string;
  protocol?: string;
  host?: string;
  sunbeon?: Pass | null;
}

const send = async (response: ServerResponse, answer: Response): Promise<void> => {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    // Cookies of others stay.
    if (name === 'set-cookie') response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  response.end(await answer.text());
};

/** Middleware: lets requests with a pass on, with `request.sunbeon`, and answers the others. Behind a proxy set Express's `trust proxy`, or `secure`. */
export const expressGuard = (
  from: Guard | GuardOptions,
): ((request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void) => {
  const guard = guardFrom(from);
  const handle = async (request: ExpressRequest, response: ServerResponse): Promise<boolean> => {
    const asked = webRequestOf({
      method: request.method,
      target: request.originalUrl ?? request.url,
      protocol: request.protocol ?? 'http',
      // Express 4 has a `host` without the port.
      host: hostOf(request),
      headers: request.headers,
    });
    if (asked === null) {
      response.writeHead(400).end();
      return false;
    }
    const result = await guard.check(asked.request, asked.options);
    if ('response' in result) {
      await send(response, result.response);
      return false;
    }
    request.sunbeon = result.pass;
    return true;
  };
  return (request, response, next) => {
    handle(request, response).then((isIn) => {
      if (isIn) next();
    }, next);
  };
};

/** With its port: Express 5's `host` has it and heeds `trust proxy`; Express 4's has not. */
const hostOf = ({ host, headers }: ExpressRequest): string | undefined => {
  const sent = headers.host;
  return host === undefined || (sent !== undefined && sent.startsWith(`${host}:`)) ? sent : host;
};
