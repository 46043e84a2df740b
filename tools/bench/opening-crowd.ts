// Visitors of a lobby in a process of their own, on sockets or polling as the page does; reports when each one had its place.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { liveProtocolsOf, liveUrlOf } from '@sunbeon/client';
import type { Visitor } from '@sunbeon/contracts';
import { WebSocket } from 'ws';

export interface CrowdJob {
  baseUrl: string;
  saleId: string;
  sockets: string[];
  pollers: string[];
  /** Sockets opened a second. */
  perSecond: number;
  /** With its place each socket's browser renews its token once, at any moment of this time, ms. */
  renewMs: number;
}
export interface CrowdReport {
  /** Time at which each one had its place, ms; of those who have one. */
  placed: { sockets: number[]; pollers: number[] };
  /** Requests that were sent, with the time of each, ms. */
  renewals: number[];
  polls: number[];
  /** Time of each answer, ms; failures are not among them. */
  answeredMs: number[];
  failures: string[];
  /** Sockets that were closed, and opened again. */
  lost: number;
}

const report: CrowdReport = { placed: { sockets: [], pollers: [] }, renewals: [], polls: [], answeredMs: [], failures: [], lost: 0 };
let opened = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const placeOf = ({ baseUrl, saleId }: CrowdJob, token: string): Promise<{ visitor: Visitor; token: string }> =>
  new Promise((resolve, reject) => {
    const from = performance.now();
    const asked = request(`${baseUrl}/api/sales/${saleId}/queue/me`, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('error', reject).on('end', () => {
        if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode} ${text.slice(0, 200)}`));
        report.answeredMs.push(performance.now() - from);
        resolve({ visitor: JSON.parse(text) as Visitor, token: (answer.headers['sunbeon-token'] as string | undefined) ?? token });
      });
    });
    asked.on('error', reject).end();
  });
const failed = (error: Error): void => void report.failures.push(error.message);

const openSocket = (job: CrowdJob, token: string, turn: number, wasOpen = false): void => {
  let isOpen = wasOpen;
  let isPlaced = false;
  // Four local addresses: one has 28,000 ports at most.
  const socket = new WebSocket(liveUrlOf(job, job.saleId), liveProtocolsOf(token), {
    perMessageDeflate: false,
    localAddress: `127.0.0.${2 + (turn % 4)}`,
  });
  socket.on('message', (data: Buffer) => {
    if (!isOpen) opened += 1;
    isOpen = true;
    if (isPlaced || !data.includes('"state":"waiting"')) return;
    isPlaced = true;
    report.placed.sockets.push(Date.now());
    setTimeout(() => {
      report.renewals.push(Date.now());
      placeOf(job, token).catch(failed);
    }, Math.random() * job.renewMs);
  });
  // A browser connects again; a machine that is busy with other work resets some of thousands.
  socket
    .on('error', () => {})
    .on('close', () => {
      report.lost += 1;
      if (!isPlaced) setTimeout(() => openSocket(job, token, turn, isOpen), 1_000 + Math.random() * 2_000);
    });
};

const poll = async (job: CrowdJob, firstToken: string): Promise<void> => {
  let token = firstToken;
  let isPlaced = false;
  await pause(Math.random() * 5_000);
  for (;;) {
    report.polls.push(Date.now());
    const { visitor, token: renewed } = await placeOf(job, token);
    token = renewed;
    // The first of the line may be inside already.
    if (!isPlaced && visitor.state !== 'lobby') report.placed.pollers.push(Date.now());
    isPlaced ||= visitor.state !== 'lobby';
    if (visitor.state !== 'lobby' && visitor.state !== 'waiting') return;
    await pause(visitor.pollAfterMs);
  }
};

const openAll = async (job: CrowdJob): Promise<void> => {
  for (const token of job.pollers) void poll(job, token).catch(failed);
  const startedAt = performance.now();
  for (const [i, token] of job.sockets.entries()) {
    openSocket(job, token, i);
    // Never faster than twice the rate, also after a delay: the gateway would refuse a burst.
    const isRest = i % 10 === 9;
    if (isRest) await pause(Math.max(5_000 / job.perSecond, startedAt + ((i + 1) * 1_000) / job.perSecond - performance.now()));
  }
  while (opened < job.sockets.length && report.failures.length === 0) await pause(50);
  process.send!({ opened, failures: report.failures.slice(0, 3) });
};
process.on('message', (job: CrowdJob | 'report') => {
  if (job === 'report') process.send!(report);
  else void openAll(job);
});
