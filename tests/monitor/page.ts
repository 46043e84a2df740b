import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { freePort } from '../fixtures/stack.mjs';
import { startOps } from '../../web/ops.mjs';

/** How the page answers: a fault changes it. */
export interface PageManner {
  status: number;
  delayMs: number;
}

/** The ops port of the page in front of a server that answers each page at once until told otherwise, and a visitor who loads two a second. */
export const startPage = async (): Promise<{ ops: string; manner: PageManner; stop: () => void }> => {
  const [port, opsPort] = [await freePort(), await freePort()];
  const manner: PageManner = { status: 200, delayMs: 0 };
  const page = createServer((_, response) => {
    setTimeout(() => response.writeHead(manner.status).end(), manner.delayMs);
  }).listen(port, '127.0.0.1');
  const ops = startOps({ opsPort: String(opsPort), port: String(port), host: '127.0.0.1', commitFile: pathToFileURL('/no-such-file') });
  const visits = setInterval(() => void fetch(`http://127.0.0.1:${port}/sales/a`).catch(() => {}), 500);
  return {
    ops: `127.0.0.1:${opsPort}`,
    manner,
    stop: () => {
      clearInterval(visits);
      page.close();
      ops.close();
    },
  };
};
