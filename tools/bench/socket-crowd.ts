// Thousands of live streams in a process of their own: opened at a rate; reports frames and their times. Raw sockets
// instead of `followPlace`, which parses every frame and reconnects: that would add cost here and hide lost sockets.
import { liveProtocolsOf } from '@sunbeon/client';
import { WebSocket } from 'ws';

export interface SocketJob {
  url: string;
  tokens: string[];
  perSecond: number;
}
export type SocketMessage =
  | { say: 'open'; opened: number; failed: number; failures: string[]; stateP95: number; stateP99: number }
  | { say: 'heard'; frames: number; admitted: number; admittedP50: number; admittedP99: number; closed: number };

const states: number[] = [];
const delays: number[] = [];
const admittedAt = new Map<string, number>();
let frames = 0;
let closed = 0;
let failed = 0;
let turn = 0;
const failures: string[] = [];
const at = (list: number[], q: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))] ?? Number.NaN;

const open = (url: string, token: string): void => {
  const from = performance.now();
  // Four local addresses: one has 28,000 ports at most.
  const socket = new WebSocket(url, liveProtocolsOf(token), {
    perMessageDeflate: false,
    localAddress: `127.0.0.${2 + ((turn += 1) % 4)}`,
  });
  let first = true;
  socket.on('message', (data: Buffer) => {
    frames += 1;
    if (first) {
      first = false;
      states.push(performance.now() - from);
    }
    // Parses a sample of the frames: parsing ten thousand a second would be a cost of this process, not of the gateway.
    if (data.length < 120 && data.includes('"admitted"')) {
      const { id } = JSON.parse(String(data)) as { id: string };
      admittedAt.set(`${id} ${token}`, Date.now());
    }
  });
  socket.on('error', ({ message }) => {
    failed += 1;
    if (failures.length < 3) failures.push(message);
  });
  socket.on('close', () => {
    closed += 1;
  });
};

process.on('message', (job: SocketJob | { ask: 'heard'; at: Record<string, number> }) => {
  if ('ask' in job) {
    for (const [key, heardAt] of admittedAt) {
      const ran = job.at[key.split(' ')[0]!];
      if (ran !== undefined) delays.push(heardAt - ran);
    }
    process.send!({
      say: 'heard',
      frames,
      admitted: admittedAt.size,
      admittedP50: at(delays, 0.5),
      admittedP99: at(delays, 0.99),
      closed,
    } satisfies SocketMessage);
    return;
  }
  const startedAt = performance.now();
  let next = 0;
  const timer = setInterval(() => {
    const due = Math.min(job.tokens.length, Math.floor(((performance.now() - startedAt) / 1_000) * job.perSecond));
    // Catches up after a delay at no more than twice the rate: the gateway would refuse a burst.
    for (let budget = Math.ceil(job.perSecond / 250); next < due && budget > 0; next += 1, budget -= 1) open(job.url, job.tokens[next]!);
    if (next < job.tokens.length || states.length + failed < job.tokens.length) return;
    clearInterval(timer);
    process.send!({
      say: 'open',
      opened: states.length,
      failed,
      failures,
      stateP95: at(states, 0.95),
      stateP99: at(states, 0.99),
    } satisfies SocketMessage);
  }, 2);
});
