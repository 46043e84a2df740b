// Thousands of sockets in a process of their own that wait for messages to everybody: the same client for each server that is measured.
import { WebSocket } from 'ws';

export interface MessageJob {
  url: string;
  protocols: string[][];
  /** Sent after the opening, in one frame. */
  greeting?: string;
  sockets: number;
  perSecond: number;
}
export type MessageAnswer =
  | { say: 'open'; failed: string[] }
  /** Milliseconds from the sending to each socket. */
  | { say: 'heard'; mark: string; delays: number[] };

let waitingFor: { mark: Buffer; sentAt: number } | null = null;
let delays: number[] = [];
let opened = 0;
let closed = 0;
const failed: string[] = [];
const pong = '{}';

const open = (job: MessageJob, i: number, done: () => void): void => {
  // Four local addresses: one has 28,000 ports at most.
  const socket = new WebSocket(job.url, job.protocols[i % job.protocols.length], {
    perMessageDeflate: false,
    localAddress: `127.0.0.${2 + (i % 4)}`,
  });
  let first = true;
  socket.on('open', () => {
    if (job.greeting !== undefined) socket.send(job.greeting);
  });
  socket.on('message', (data: Buffer) => {
    if (first) {
      first = false;
      opened += 1;
      done();
    }
    // Centrifugo's ping is an empty command, alone or in one frame with others.
    if (data.length <= 3 || data.includes('{}\n') || data.includes('\n{}')) socket.send(pong);
    if (waitingFor !== null && data.includes(waitingFor.mark)) delays.push(Date.now() - waitingFor.sentAt);
  });
  socket.on('close', (code, reason) => {
    if (closed === 0) console.error(`a socket was closed: ${code} ${String(reason)}`);
    closed += 1;
  });
  socket.on('error', ({ message }) => {
    failed.push(message);
    done();
  });
};

process.on('message', (job: MessageJob | { mark: string; sentAt: number } | { ask: 'heard' }) => {
  if ('ask' in job) {
    const mark = String(waitingFor?.mark);
    process.send!({ say: 'heard', mark, delays } satisfies MessageAnswer);
    return;
  }
  if ('mark' in job) {
    waitingFor = { mark: Buffer.from(job.mark), sentAt: job.sentAt };
    delays = [];
    process.send!({ say: 'open', failed } satisfies MessageAnswer);
    return;
  }
  let next = 0;
  const timer = setInterval(() => {
    for (let budget = Math.ceil(job.perSecond / 100); next < job.sockets && budget > 0; next += 1, budget -= 1)
      open(job, next, () => {
        if (opened + failed.length === job.sockets) process.send!({ say: 'open', failed: failed.slice(0, 3) } satisfies MessageAnswer);
      });
    if (next === job.sockets) clearInterval(timer);
  }, 10);
});
