// How the page's answers are sent: files of the build compressed once, pages compressed on the way.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:zlib';

/** True for the address of a file of the build. */
export const isFile = (address) => address.startsWith('/_next/static/');

/** `server`: URL of Next's standalone server; the packages are beside it. Returns `(request, response, next)`; `next` is for what is no file. */
export const createAnswers = (server) => {
  const load = createRequire(server);
  // Quality 5 of Brotli: a tenth smaller than gzip, at its cost.
  const compress = load('compression')({ brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } } });
  // Names change with the content.
  const files = load('sirv')(fileURLToPath(new URL('../files', server)), {
    brotli: true,
    gzip: true,
    immutable: true,
    maxAge: 31_536_000,
    setHeaders: (response) => response.setHeader('X-Content-Type-Options', 'nosniff'),
  });
  return (request, response, next) => {
    if (!isFile(request.url)) return compress(request, response, next);
    // A connection of HTTP/1.1 stays open without a header that says so: 500 bytes of a first visit. A stop has set one that closes it.
    const isKept = request.httpVersion === '1.1' && request.headers.connection !== 'close' && !response.hasHeader('connection');
    if (isKept) response.removeHeader('connection');
    // Nobody asks whether a file of that name was modified: 600 bytes of a first visit.
    const { writeHead } = response;
    response.writeHead = (status, { 'Last-Modified': _, ...headers } = {}) => writeHead.call(response, status, headers);
    files(request, response, () => {
      response.writeHead = writeHead;
      next();
    });
  };
};
