import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreateSale } from '@sunbeon/contracts';
import { root } from '../../tools/local/commands.mjs';
import { isLong } from '../fixtures/long.ts';
import { joinAs, openLive, operatorAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { start, startStack, tokenSecret, until, type Stack } from '../fixtures/stack.mjs';

/** Two processes behind each port; the second gateway has small limits for each address. */
const limits = { SOCKETS_PER_ADDRESS: '7', JOIN_LIMIT_PER_MINUTE: '20' };
let stack: Stack;
let base: string;
beforeAll(async () => {
  stack = await startStack({
    instances: { gateway: 2 },
    envOf: (name) => ({
      ...(name.startsWith('gateway') ? { GATEWAY_PROCESSES: '2' } : {}),
      ...(name === 'gateway-1' ? limits : {}),
    }),
  });
  base = stack.gateways[0]!;
}, 60_000);
afterAll(() => stack.stop());

const create = async (saleId: string, settings: Partial<CreateSale> = {}): Promise<string> => {
  const sale = { saleId, title: 'T', stock: 100_000, admitPerSecond: 0.001, activeLimit: 10, ...settings };
  await valueOf('create', operatorAt(base).create(sale));
  return saleId;
};
const processesOf = (name: string): number[] => {
  const pid = String(stack.processes.get(name)!.pid);
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
};
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const scrape = async (name: string): Promise<string> => (await fetch(`${stack.ops(name)}/metrics`)).text();
/** Values of a series whose line begins so, in the order of the scrape. */
const values = (text: string, series: string): number[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(series))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
const one = async (name: string, series: string): Promise<number> => values(await scrape(name), series)[0] ?? Number.NaN;
const joinsIn = (text: string): number =>
  values(text, 'sunbeon_http_request_duration_seconds_count{route="/api/sales/:sale/queue",method="POST"').reduce((a, b) => a + b, 0);
const readiness = async (name: string) => {
  const response = await fetch(`${stack.ops(name)}/readyz`);
  return { status: response.status, body: (await response.json()) as { missing: string[]; notes?: string[] } };
};
const crowd = (saleId: string, size: number) =>
  Promise.all(
    Array.from({ length: size }, async () => {
      const visitor = await joinAs(saleId, base);
      return { ...visitor, seq: visitor.visitor.seq! };
    }),
  );
const openAll = async (saleId: string, visitors: { token: string }[], at = base) => {
  const lives = await Promise.all(visitors.map(({ token }) => openLive(saleId, token, { base: at })));
  await Promise.all(lives.map((live) => live.waitFor('state')));
  return lives;
};
/** A join; again when the process that had the client's connection was killed. */
const joinAgain = async (saleId: string): Promise<number> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await visitorOf(saleId, undefined, base).join()).status;
    } catch (error) {
      if (attempt === 2) throw error;
    }
  }
};
const even = (counts: number[], total: number): void => {
  expect(counts.length).toBe(2);
  for (const count of counts) expect(Math.abs(count - total / 2)).toBeLessThanOrEqual(total * 0.05);
};
/** The gateway again as at the beginning. */
const whole = (name: string) =>
  until(`${name} to be whole`, async () => {
    const { status, body } = await readiness(name);
    return status === 200 && body.notes === undefined;
  });

describe('two processes behind one port', () => {
  it('give the answers of one gateway; joins and sockets are spread evenly, and one scrape has the sum', async () => {
    const saleId = await create('even');
    const before = await scrape('gateway-0');
    const requestsBefore = values(before, 'sunbeon_process_requests_total{');
    const visitors = await crowd(saleId, 512);
    expect(new Set(visitors.map(({ seq }) => seq))).toEqual(new Set(Array.from({ length: 512 }, (_, i) => i + 1)));
    const after = await scrape('gateway-0');
    expect(joinsIn(after) - joinsIn(before)).toBe(512);
    even(
      values(after, 'sunbeon_process_requests_total{').map((count, i) => count - (requestsBefore[i] ?? 0)),
      512,
    );

    const lives = await openAll(saleId, visitors);
    const text = await scrape('gateway-0');
    expect(values(text, 'sunbeon_sockets{')).toEqual([512]);
    even(values(text, 'sunbeon_process_sockets{'), 512);
    expect(values(text, 'sunbeon_sockets_max{')).toEqual([80_000]);
    expect(text).not.toMatch(/route="\/(metrics|readyz|livez)"/);

    // Every process computes the places from its own mirror, and the queue service tells the same.
    for (const [i, live] of lives.entries()) expect((await live.waitFor('state')).visitor.position).toBe(visitors[i]!.seq);
    const last = visitors.find(({ seq }) => seq === 512)!;
    for (let turn = 0; turn < 4; turn += 1)
      expect((await visitorOf(saleId, last.token, base).place()).body).toMatchObject({ state: 'waiting', position: 512 });
    await Promise.all(visitors.filter(({ seq }) => seq <= 2).map((visitor) => visitor.leave()));
    const near = visitors.findIndex(({ seq }) => seq === 8);
    await lives[near]!.waitFor('position', ({ position }) => position === 6);
    await until('the last place is two less', async () => (await visitorOf(saleId, last.token, base).place()).body.position === 510);
    await valueOf('pause', operatorAt(base).pause(saleId));
    const told = await Promise.all(
      lives.filter((_, i) => visitors[i]!.seq > 2).map((live) => live.waitFor('sale', ({ sale }) => sale.status === 'paused')),
    );
    expect(told.length).toBe(510);
    for (const live of lives) live.socket.terminate();
    await until('no socket is counted', async () => (await one('gateway-0', 'sunbeon_sockets{')) === 0);
  });

  it('limits of an address count for both together', async () => {
    const saleId = await create('limits');
    const strict = stack.gateways[1]!;
    const visitors = await crowd(saleId, 14);
    const opened = await Promise.allSettled(visitors.map(({ token }) => openLive(saleId, token, { base: strict })));
    const lives = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    // The address is full after seven, in both processes together; a right token is refused for its own connections alone.
    expect(lives.length).toBe(14);
    const more = await Promise.allSettled(Array.from({ length: 20 }, () => openLive(saleId, visitors[0]!.token, { base: strict })));
    const refused = more.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    for (const reason of refused) expect(reason).toContain('refused with 503');
    // Each process lets five of one visitor through; one of these is open already.
    expect(refused.length).toBeGreaterThanOrEqual(20 - 2 * 5);
    expect(await one('gateway-1', 'sunbeon_refused_total{limit="address"')).toBe(refused.length);
    for (const result of more) if (result.status === 'fulfilled') lives.push(result.value);
    for (const live of lives) live.socket.terminate();

    const joins = await Promise.all(Array.from({ length: 40 }, () => visitorOf(saleId, undefined, strict).join()));
    expect(joins.filter(({ status }) => status === 201).length).toBe(20);
    expect(joins.filter(({ status }) => status === 429).length).toBe(20);
  });
});

describe('one of them', () => {
  it('killed: the other goes on, the gateway stays ready, no counter goes back, and it comes back and takes its share', async () => {
    const saleId = await create('killed');
    const visitors = await crowd(saleId, 100);
    const lives = await openAll(saleId, visitors);
    const before = await scrape('gateway-0');
    const [victim, other] = processesOf('gateway-0') as [number, number];
    const restartsBefore = values(before, 'sunbeon_process_restarts_total{')[0]!;
    process.kill(victim, 'SIGKILL');
    await until('its browsers to notice', async () => lives.filter(({ socket }) => socket.readyState === 3).length >= 45);
    const left = lives.filter(({ socket }) => socket.readyState === 1);
    expect(left.length).toBeGreaterThanOrEqual(45);
    const joined = [joinsIn(before)];
    const statuses = new Set<number>();
    for (let i = 0; i < 40; i += 1) {
      statuses.add(await joinAgain(saleId));
      statuses.add((await readiness('gateway-0')).status + 1_000);
      if (i % 10 === 0) joined.push(joinsIn(await scrape('gateway-0')));
    }
    expect(statuses).toEqual(new Set([201, 1_200]));
    await whole('gateway-0');
    joined.push(joinsIn(await scrape('gateway-0')));
    expect(joined).toEqual([...joined].sort((a, b) => a - b));
    expect(joined.at(-1)! - joined[0]!).toBe(40);
    expect(left.every(({ socket }) => socket.readyState === 1)).toBe(true);
    expect(processesOf('gateway-0')).toContain(other);
    expect(processesOf('gateway-0')).not.toContain(victim);
    expect(await one('gateway-0', 'sunbeon_process_restarts_total{')).toBe(restartsBefore + 1);

    const back = await openAll(saleId, visitors);
    const text = await scrape('gateway-0');
    expect(values(text, 'sunbeon_sockets{')).toEqual([left.length + 100]);
    // The one that came back has its half of the new ones; the others stay where they are.
    const [fewer] = values(text, 'sunbeon_process_sockets{').sort((a, b) => a - b);
    even([fewer!, 100 - fewer!], 100);
    for (const live of [...left, ...back]) live.socket.terminate();
  });

  if (!isLong) return;

  it('frozen: new connections and the scrape go past it, and when it wakes it takes its share again', async () => {
    const saleId = await create('frozen');
    const [frozen] = processesOf('gateway-0') as [number];
    // Before: a connection that a client keeps stays with the process that has it.
    const visitors = await crowd(saleId, 30);
    const before = joinsIn(await scrape('gateway-0'));
    process.kill(frozen, 'SIGSTOP');
    try {
      await until('it is noticed', async () => ((await readiness('gateway-0')).body.notes ?? []).length > 0);
      expect((await readiness('gateway-0')).status).toBe(200);
      const lives = await openAll(saleId, visitors);
      const startedAt = performance.now();
      const text = await scrape('gateway-0');
      expect(joinsIn(text)).toBe(before);
      expect(values(text, 'sunbeon_sockets{')).toEqual([30]);
      expect(performance.now() - startedAt).toBeLessThan(2_500);
      for (const live of lives) live.socket.terminate();
    } finally {
      process.kill(frozen, 'SIGCONT');
    }
    await whole('gateway-0');
    expect(processesOf('gateway-0')).toContain(frozen);
    const lives = await openAll(saleId, await crowd(saleId, 40));
    await until('both have some', async () =>
      values(await scrape('gateway-0'), 'sunbeon_process_sockets{').every((count) => count >= 15 && count <= 25),
    );
    for (const live of lives) live.socket.terminate();
  });

  it('that ends as soon as it starts is started again after longer and longer pauses, and the other serves', async () => {
    const saleId = await create('loop');
    const [, survivor] = processesOf('gateway-0') as [number, number];
    const killed = new Set<number>();
    const startedAt = Date.now();
    let joins = 0;
    while (Date.now() - startedAt < 6_000) {
      for (const pid of processesOf('gateway-0'))
        if (pid !== survivor && !killed.has(pid)) {
          killed.add(pid);
          process.kill(pid, 'SIGKILL');
        }
      expect(await joinAgain(saleId)).toBe(201);
      joins += 1;
    }
    expect(joins).toBeGreaterThan(20);
    // After 0.5, 1, 2 and 4 s; the kills of the tests before count too.
    expect(killed.size).toBeGreaterThanOrEqual(2);
    expect(killed.size).toBeLessThanOrEqual(5);
    expect((await readiness('gateway-0')).status).toBe(200);
    await whole('gateway-0');
  });
});

describe('the primary', () => {
  const again = async (name: string): Promise<void> => {
    stack.startService(name);
    await stack.ready(name);
  };

  it('SIGTERM: sockets are closed with 1012, no answer is an error, nothing is left, exit 0 within 10 s', async () => {
    const saleId = await create('stop');
    const lives = await openAll(saleId, await crowd(saleId, 60));
    const { child } = stack.processes.get('gateway-0')!;
    const all = processesOf('gateway-0');
    const failures: string[] = [];
    let running = true;
    let done = 0;
    const worker = async (): Promise<void> => {
      while (running) {
        try {
          const { status } = await visitorOf(saleId, undefined, base).join();
          if (status !== 201) failures.push(String(status));
          done += 1;
        } catch (error) {
          // The port is closed, as in stopping.test: the connection was refused, it waited to be accepted and is reset, or it was idle and is closed.
          const cause = String((error as { cause?: unknown }).cause ?? error);
          if (!/ECONN(REFUSED|RESET)|other side closed/.test(cause)) failures.push(cause);
          running = false;
        }
      }
    };
    const load = Array.from({ length: 8 }, worker);
    await until('traffic flows', async () => done > 50);
    const startedAt = Date.now();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const closes = await Promise.all(lives.map((live) => live.waitForClose()));
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1012]));
    expect(await ended).toEqual([0, null]);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    running = false;
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(all.filter(isAlive)).toEqual([]);
    await again('gateway-0');
  });

  if (!isLong) return;

  it('killed: its processes close their sockets with 1012 and end by themselves', async () => {
    const saleId = await create('orphans');
    const lives = await openAll(saleId, await crowd(saleId, 40));
    const all = processesOf('gateway-0');
    expect(all.length).toBe(2);
    stack.processes.get('gateway-0')!.child.kill('SIGKILL');
    const closes = await Promise.all(lives.map((live) => live.waitForClose()));
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1012]));
    await until('they are gone', async () => all.filter(isAlive).length === 0, 10_000);
    await again('gateway-0');
  });

  /** Of the gateways below, the only ones with three processes. */
  const nothingLeft = () =>
    until('nothing is left', async () => {
      const main = joinPath(root, 'services/gateway/dist/main.js');
      return !execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
        .split('\n')
        .some((line) => line.includes(main) && line.trimEnd().endsWith('/3'));
    });

  it.each([
    ['a wrong setting', { QUEUE_URL: 'nonsense' }, 1, 'the setting QUEUE_URL'],
    ['a port that is taken', {}, 1, 'EADDRINUSE'],
  ])('%s ends it with one message and nothing left', async (_, wrong, code, text) => {
    const { api } = stack.ports['gateway-0']!;
    const running = start(stack.folder, `wrong-${api}-${text.slice(0, 3)}`, process.execPath, ['services/gateway/dist/main.js'], {
      TOKEN_SECRET: tokenSecret,
      REDIS_URL: stack.redisUrl,
      GATEWAY_PROCESSES: '3',
      PORT: String(api),
      OPS_PORT: '9999',
      ...wrong,
    });
    expect(await once(running.child, 'exit')).toEqual([code, null]);
    expect(running.log()).toContain(text);
    await nothingLeft();
  });

  it('ends with the code of a process that cannot start', async () => {
    const file = joinPath(stack.folder, 'exit-7.mjs');
    writeFileSync(file, "if (process.argv.some((text) => text.startsWith('--process=1'))) process.exit(7);\n");
    const running = start(stack.folder, 'seven', process.execPath, ['services/gateway/dist/main.js'], {
      TOKEN_SECRET: tokenSecret,
      REDIS_URL: stack.redisUrl,
      GATEWAY_PROCESSES: '3',
      PORT: '9998',
      OPS_PORT: '9999',
      NODE_OPTIONS: `--import ${file}`,
    });
    expect(await once(running.child, 'exit')).toEqual([7, null]);
    await nothingLeft();
  });
});
