// Load generator in a process of its own. Raw sockets, because it shares the cores with the measured servers.
import { connect, type Socket } from 'node:net';

export interface BlastJob {
  port: number;
  connections: number;
  seconds: number;
  /** Requests a second in an open loop; 0: closed loop, each connection sends the next request after the answer. */
  rate: number;
  /** Raw HTTP requests, sent round robin. */
  requests: string[];
}
export interface BlastResult {
  /** Answers with 2xx, a second. */
  perSecond: number;
  answered: number;
  failed: number;
  /** Milliseconds; in an open loop from when the request was due. */
  p50: number;
  p95: number;
  p99: number;
  /** First characters of the first answers without 2xx. */
  failures: string[];
}

const headEnd = Buffer.from('\r\n\r\n');

export const blast = async ({ port, connections, seconds, rate, requests }: BlastJob): Promise<BlastResult> => {
  const buffers = requests.map((text) => Buffer.from(text));
  const latencies: number[] = [];
  const due: number[] = [];
  const idle: (() => void)[] = [];
  const failures: string[] = [];
  let turn = 0;
  let failed = 0;
  let over = false;
  const sockets: Socket[] = [];

  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      sockets.push(socket);
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      let from = 0;
      let rest: Buffer = Buffer.alloc(0);
      const send = (): void => {
        if (over) return;
        if (rate > 0) {
          const at = due.shift();
          if (at === undefined) return void idle.push(send);
          from = at;
        } else from = performance.now();
        socket.write(buffers[(turn += 1) % buffers.length]!);
      };
      socket.on('data', (data) => {
        rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
        const end = rest.indexOf(headEnd);
        if (end < 0) return;
        const head = rest.toString('latin1', 0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (rest.length < end + 4 + length) return;
        if (head[9] === '2') latencies.push(performance.now() - from);
        else {
          failed += 1;
          if (failures.length < 3) failures.push(rest.toString('utf8', 0, 300));
        }
        rest = rest.subarray(end + 4 + length);
        send();
      });
      socket.on('error', () => {
        failed += 1;
      });
      if (rate > 0) idle.push(send);
      else send();
    }),
  );

  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1_000;
  let made = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (const all = rate > 0 ? Math.floor(elapsed() * rate) : 0; made < all; made += 1) {
        due.push(startedAt + (made / rate) * 1_000);
        idle.shift()?.();
      }
      if (elapsed() >= seconds) {
        clearInterval(timer);
        resolve();
      }
    }, 1);
  });
  over = true;
  const took = elapsed();
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const at = (q: number): number => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? Number.NaN;
  // A request that was due and never sent counts with the longest latency.
  return {
    perSecond: latencies.length / took,
    answered: latencies.length,
    failed,
    p50: at(0.5),
    p95: due.length > latencies.length * 0.05 ? Infinity : at(0.95),
    p99: due.length > latencies.length * 0.01 ? Infinity : at(0.99),
    failures,
  };
};

process.on('message', (job: BlastJob) => {
  void blast(job).then((result) => process.send!(result));
});
