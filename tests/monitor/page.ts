import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { freePort } from '../fixtures/stack.mjs';
import { startOps } from '../../web/ops.mjs';

/** The ops port of the page in front of a server that answers each page at once, and a visitor who loads two a second. */
export const startPage = async (): Promise<{ ops: string; stop: () => void }> => {
  const [port, opsPort] = [await freePort(), await freePort()];
  const page = createServer((_, response) => response.writeHead(200).end()).listen(port, '127.0.0.1');
  const ops = startOps({ opsPort: String(opsPort), port: String(port), host: '127.0.0.1', commitFile: pathToFileURL('/no-such-file') });
  const visits = setInterval(() => void fetch(`http://127.0.0.1:${port}/sales/a`).catch(() => {}), 500);
  return {
    ops: `127.0.0.1:${opsPort}`,
    stop: () => {
      clearInterval(visits);
      page.close();
      ops.close();
    },
  };
};
