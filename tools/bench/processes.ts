import { connect } from 'node:net';
import { connections, inTurn, metricOf, rate, times, valueOf, type Bench, type Row } from './lib.ts';
import { post } from './joins.ts';
import { throughput } from './wrk.ts';

const gateways = ['gateway-0', 'gateway-1'] as const;

/** Settings of the stack: the first gateway is one process, the second is two. */
export const twoProcesses = (name: string): Record<string, string> => (name === 'gateway-1' ? { GATEWAY_PROCESSES: '2' } : {});

/** Answers a second when each request has a connection of its own. */
const newConnections = async (port: number, path: string, seconds: number): Promise<number> => {
  const request = `GET ${path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n`;
  let answered = 0;
  const until = performance.now() + seconds * 1_000;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      let isGood = false;
      socket.once('data', (data: Buffer) => {
        isGood = data.toString('latin1', 9, 12) === '200';
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        if (isGood) answered += 1;
        resolve();
      });
      socket.write(request);
    });
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (performance.now() < until) await one();
    }),
  );
  return answered / seconds;
};

/**
 * A gateway of two processes beside a gateway of one, in turn. The load, the services and Redis share the cores: with two cores this shows what a second process
 * costs, and not what it brings.
 */
export const processes = async (bench: Bench, seconds: number): Promise<Row[]> => {
  const saleId = 'bench_processes';
  await bench.create(saleId);
  const path = `/api/sales/${saleId}/queue`;
  const tokens = await Promise.all(Array.from({ length: 200 }, async () => valueOf('join', await bench.client.join(saleId)).token));
  const ports = gateways.map((name) => bench.stack.ports[name]!.api);
  const places = tokens.map((token) => `GET ${path}/me HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n\r\n`);
  const loads: [string, (port: number) => Promise<number>][] = [
    ['joins', (port) => throughput({ port, connections, seconds, requests: [post(path)] })],
    ['places', (port) => throughput({ port, connections, seconds, requests: places })],
    ['requests with a connection each', (port) => newConnections(port, `/api/sales/${saleId}/line`, seconds)],
  ];
  const rows: Row[] = [];
  for (const [what, load] of loads) {
    const [one, two] = (await inTurn(ports.map((port) => () => load(port)))) as [number, number];
    rows.push({
      what: `${what}, a gateway of 2 processes : of 1`,
      measured: rate(two),
      reference: rate(one),
      ratio: times(two / one),
      target: 'the more cores, the nearer to 2 ×',
      met: null,
    });
  }
  const shares = await Promise.all(
    ['0', '1'].map((number) => metricOf(bench, 'gateway-1', 'sunbeon_process_requests_total', `process="${number}"`)),
  );
  const smaller = Math.min(...shares) / (shares[0]! + shares[1]!);
  rows.push({
    what: 'requests of the process that had fewer : of both',
    measured: Math.min(...shares).toLocaleString('en-US'),
    reference: (shares[0]! + shares[1]!).toLocaleString('en-US'),
    ratio: `${(smaller * 100).toFixed(1)} %`,
    target: '≥ 45 %',
    met: smaller >= 0.45,
  });
  return rows;
};
