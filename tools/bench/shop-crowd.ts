// Visitors on their way into a shop, in a process of its own: raw sockets as in blast.ts, but a request depends on the answer before it.
import { connect, type Socket } from 'node:net';

export interface ShopCrowdJob {
  port: number;
  connections: number;
  seconds: number;
  saleId: string;
  /** Of visitors inside, each used once. */
  tokens: string[];
  /** With one, a visitor claims, asks for a ticket, and the shop redeems it; without, the visitor only claims. */
  shopKey: string | null;
}
export interface ShopCrowdResult {
  /** Visitors that are through, in all and a second. */
  done: number;
  perSecond: number;
}

const headEnd = Buffer.from('\r\n\r\n');

/** One keep-alive connection with one request at a time. Throws at an answer that is not 2xx. */
const connectionTo = async (port: number) => {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let rest: Buffer = Buffer.alloc(0);
  let waiting: { resolve: (body: string) => void; reject: (error: Error) => void } | null = null;
  socket.on('data', (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    const end = rest.indexOf(headEnd);
    if (end < 0) return;
    const head = rest.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (rest.length < end + 4 + length) return;
    const body = rest.toString('utf8', end + 4, end + 4 + length);
    rest = rest.subarray(end + 4 + length);
    const one = waiting;
    waiting = null;
    if (head[9] === '2') one?.resolve(body);
    else one?.reject(new Error(`${head.split('\r\n', 1)[0]} ${body.slice(0, 300)}`));
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')));
  return {
    post: (path: string, token: string, body: string): Promise<string> =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        const type = body === '' ? '' : 'content-type: application/json\r\n';
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n${type}content-length: ${body.length}\r\n\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
};

const shopCrowd = async ({ port, connections, seconds, saleId, tokens, shopKey }: ShopCrowdJob): Promise<ShopCrowdResult> => {
  const path = `/api/sales/${saleId}/queue/me`;
  const all = await Promise.all(Array.from({ length: connections }, () => connectionTo(port)));
  let next = 0;
  let done = 0;
  const startedAt = performance.now();
  await Promise.all(
    all.map(async ({ post }) => {
      while (performance.now() - startedAt < seconds * 1_000 && next < tokens.length) {
        const token = tokens[next++]!;
        await post(`${path}/claim`, token, '');
        if (shopKey !== null) {
          const { url } = JSON.parse(await post(`${path}/pass`, token, '{}')) as { url: string };
          const ticket = new URL(url).searchParams.get('sunbeon_ticket')!;
          await post('/api/passes/redeem', shopKey, JSON.stringify({ ticket }));
        }
        done += 1;
      }
    }),
  );
  const took = (performance.now() - startedAt) / 1_000;
  for (const { close } of all) close();
  return { done, perSecond: done / took };
};

process.on('message', (job: ShopCrowdJob) => {
  void shopCrowd(job).then(
    (result) => process.send!(result),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
