import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { repeatHeader } from '@sunbeon/runtime';
import { startBalancer, type Balancer } from '../../../tests/fixtures/balancer.ts';
import { createUpstream, upstreamLimits } from '../src/rpc/upstream.ts';

const servers: Server[] = [];
const listen = async (handle: () => boolean): Promise<{ url: string; asked: () => number }> => {
  let asked = 0;
  const server = createServer(({ method }, response) => {
    if (method === 'POST') asked += 1;
    if (handle()) response.end('ok');
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
};
const balancers: Balancer[] = [];
afterEach(() => {
  for (const balancer of balancers.splice(0)) balancer.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Shorter than in service, and long enough for a machine that is busy. */
const quick = { ...upstreamLimits, totalMs: 2_400, attemptMs: 1_100, probeEveryMs: 50, probeMs: 200 };
const upstreamOf = (all: { url: string }[]) => createUpstream(all.map(({ url }) => url).join(','), () => {}, quick);

const join = { method: 'POST', path: '/', repeatable: true };
const timed = async (work: Promise<unknown>): Promise<[string, number]> => {
  const startedMs = performance.now();
  const outcome = await work.then(
    () => 'answered',
    (error: { code?: string }) => String(error.code),
  );
  return [outcome, performance.now() - startedMs];
};

it('a call whose answer was lost is sent again as a repetition, and says so; the first says nothing', async () => {
  const seen: unknown[] = [];
  const server = createServer(({ headers, socket }, response) => {
    seen.push(headers[repeatHeader]);
    if (seen.length === 1) socket.destroy();
    else response.end('ok');
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const upstream = upstreamOf([{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }]);
  expect((await upstream.send({ method: 'DELETE', path: '/', repeatable: true })).status).toBe(200);
  expect(seen).toEqual([undefined, '1']);
});

describe('a service whose instances do not answer', () => {
  it('costs each caller the whole time limit at first and nothing afterwards; one that answers again is found', async () => {
    let frozen = true;
    const three = await Promise.all([1, 2, 3].map(() => listen(() => !frozen)));
    const upstream = upstreamOf(three);
    const [outcome, tookMs] = await timed(upstream.send(join));
    expect([outcome, tookMs < quick.totalMs + 500]).toEqual(['unavailable', true]);
    const all = await Promise.all(Array.from({ length: 50 }, () => timed(upstream.send(join))));
    // The third was not tried yet: one pass over all finds out.
    expect(all.every(([code, ms]) => code === 'unavailable' && ms < quick.attemptMs + 500)).toBe(true);
    const asked = three.map(({ asked: count }) => count());
    // Refused without an attempt, so at once.
    for (let i = 0; i < 50; i += 1) expect((await timed(upstream.send(join)))[0]).toBe('unavailable');
    expect(asked.every((count) => count > 0)).toBe(true);
    expect(three.map(({ asked: count }) => count())).toEqual(asked);
    frozen = false;
    const deadlineMs = performance.now() + quick.probeEveryMs + quick.probeMs + 1_000;
    while ((await timed(upstream.send(join)))[0] !== 'answered') {
      expect(performance.now()).toBeLessThan(deadlineMs);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, 30_000);

  it('leaves one of two frozen alone after the first attempt: all others are answered by the other, at once', async () => {
    const silent = await listen(() => false);
    const sound = await listen(() => true);
    const upstream = upstreamOf([silent, sound]);
    const first = await Promise.all(Array.from({ length: 4 }, () => timed(upstream.send(join))));
    expect(first.every(([outcome, ms]) => outcome === 'answered' && ms < quick.totalMs + 500)).toBe(true);
    const asked = silent.asked();
    for (const [outcome] of await Promise.all(Array.from({ length: 100 }, () => timed(upstream.send(join)))))
      expect(outcome).toBe('answered');
    expect([asked > 0, silent.asked()]).toEqual([true, asked]);
  });

  it('gets a call that is not idempotent only once', async () => {
    const two = await Promise.all([1, 2].map(() => listen(() => false)));
    const upstream = upstreamOf(two);
    expect((await timed(upstream.send({ ...join, repeatable: false })))[0]).toBe('unavailable');
    expect(two.reduce((sum, { asked }) => sum + asked(), 0)).toBe(1);
  }, 10_000);
});

const statusServer = async () => {
  const answers: { status: number | null; calls: number } = { status: 204, calls: 0 };
  const server = createServer(({ method }, response) => {
    if (method === 'POST') answers.calls += 1;
    if (answers.status !== null) response.writeHead(answers.status).end();
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, answers };
};
const soon = async (what: string, condition: () => boolean) => {
  const deadlineMs = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

describe('whether a service is ready', () => {
  it('follows its instances: an unready one does not count, a silent one not after the second time, a ready one is enough', async () => {
    const [a, b] = await Promise.all([statusServer(), statusServer()]);
    b.answers.status = 503;
    const watched = upstreamOf([a, b]).watch();
    try {
      expect(watched.isReady()).toBe(false);
      await soon('a to be counted', watched.isReady);
      a.answers.status = 503;
      await soon('a to be left out', () => !watched.isReady());
      b.answers.status = 204;
      await soon('b to be counted', watched.isReady);
      b.answers.status = null;
      await soon('the silence to be noticed', () => !watched.isReady());
      b.answers.status = 204;
      await soon('b to be counted again', watched.isReady);
    } finally {
      watched.stop();
    }
  });
});

describe('several instances behind one address, which gives each connection to one of them', () => {
  const connectionMs = 200;
  const behindOne = async () => {
    const [old, other, balancer] = await Promise.all([statusServer(), statusServer(), startBalancer()]);
    balancers.push(balancer);
    balancer.use([old.port]);
    return { old, other, balancer, upstream: createUpstream(balancer.url, () => {}, { ...quick, connectionMs }) };
  };

  it('leave the one that stopped being ready: the service is ready by the other one, and calls go there', async () => {
    const { old, other, balancer, upstream } = await behindOne();
    const watched = upstream.watch();
    try {
      await soon('the first to be counted', watched.isReady);
      expect((await upstream.send(join)).status).toBe(204);
      old.answers.status = 503;
      balancer.use([other.port]);
      await soon('the first to be left out', () => !watched.isReady());
      await soon('the other to be counted', watched.isReady);
      expect([(await upstream.send(join)).status, other.answers.calls]).toEqual([204, 1]);
    } finally {
      watched.stop();
    }
  });

  it('each get their share of calls, one that is new as well; none is lost when connections are made anew', async () => {
    const { old, other, balancer, upstream } = await behindOne();
    const endMs = performance.now() + 6 * connectionMs;
    let sent = 0;
    const caller = async (): Promise<void> => {
      while (performance.now() < endMs) {
        expect((await upstream.send({ ...join, repeatable: false })).status).toBe(204);
        if ((sent += 1) === 100) balancer.use([old.port, other.port]);
      }
    };
    // More callers than connections: some wait for one while it is renewed.
    await Promise.all(Array.from({ length: quick.connections + 8 }, caller));
    expect(old.answers.calls + other.answers.calls).toBe(sent);
    expect(other.answers.calls).toBeGreaterThan(sent / 10);
  });

  it('all answer questions aside: each goes over a connection of its own', async () => {
    const { old, other, balancer, upstream } = await behindOne();
    balancer.use([old.port, other.port]);
    for (let i = 0; i < 4; i += 1) expect((await upstream.sendToAll(join)).map((answer) => answer?.status)).toEqual([204]);
    expect([old.answers.calls, other.answers.calls]).toEqual([2, 2]);
  });
});
