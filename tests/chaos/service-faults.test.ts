import { once } from 'node:events';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { openLive, visitorOf } from '../fixtures/client.ts';
import { eventsOf, until } from '../fixtures/sale.ts';
import { startFaulty, type Faulty } from './faulty.ts';

const root = joinPath(import.meta.dirname, '../..');
let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty({ NODE_OPTIONS: `--import ${joinPath(root, 'tests/chaos/reject-on-usr2.mjs')}` });
}, 60_000);
afterAll(() => faulty.stop());

const admissions = async (saleId: string) =>
  (await eventsOf(faulty.redis, saleId))
    .filter(({ type }) => type === 'admitted')
    .map(({ data }) => data as { epoch: number; visitors: string[] });
const leaderName = async (saleId: string): Promise<string> => {
  await until('a leader', async () => (await faulty.redis.get(keys.leader(saleId))) !== null);
  const leader = (await faulty.redis.get(keys.leader(saleId)))!;
  return ['admission-0', 'admission-1'].find((name) => leader.includes(`-${faulty.stack.processes.get(name)!.pid}-`))!;
};
const expectSound = async (saleId: string): Promise<void> => {
  const { results } = (await checkSale(faulty.redis, saleId))!;
  expect(results.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
};
const signal = async (name: string, what: NodeJS.Signals): Promise<void> => {
  const { child } = faulty.stack.processes.get(name)!;
  const ended = once(child, 'exit');
  child.kill(what);
  await ended;
};
const again = async (name: string): Promise<void> => {
  faulty.stack.startService(name);
  await faulty.stack.ready(name);
};
const admitted = async (saleId: string): Promise<number> => Number(await faulty.redis.hget(keys.flow(saleId), 'admitted'));

describe('the leader', () => {
  it('F3: killed, the next admission comes within 4 s, in order, at the pace', async () => {
    const saleId = await faulty.create('f3', { admitPerSecond: 10 });
    await Promise.all(Array.from({ length: 150 }, () => faulty.join(saleId)));
    await until('admissions', async () => (await admitted(saleId)) > 10);
    const name = await leaderName(saleId);
    await signal(name, 'SIGKILL');
    const before = await admitted(saleId);
    await until('the next admission', async () => (await admitted(saleId)) > before, 4_000);
    await again(name);
    await until('the pace is caught up', async () => (await admitted(saleId)) >= before + 40, 8_000);
    await expectSound(saleId);
  });

  it('F4: frozen for three leases, it changes nothing when it wakes', async () => {
    const saleId = await faulty.create('f4', { admitPerSecond: 10 });
    await Promise.all(Array.from({ length: 250 }, () => faulty.join(saleId)));
    await until('admissions', async () => (await admitted(saleId)) > 0);
    const name = await leaderName(saleId);
    const { child } = faulty.stack.processes.get(name)!;
    const old = (await admissions(saleId)).at(-1)!.epoch;
    child.kill('SIGSTOP');
    const frozenAt = Date.now();
    await until(
      'three leases are over, and the other admits',
      async () => Date.now() - frozenAt > 9_000 && (await admissions(saleId)).at(-1)!.epoch > old,
      15_000,
    );
    child.kill('SIGCONT');
    const woke = await admitted(saleId);
    await until('it goes on', async () => (await admitted(saleId)) >= woke + 20, 6_000);
    const epochs = (await admissions(saleId)).map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    const everybody = (await admissions(saleId)).flatMap(({ visitors }) => visitors);
    expect(new Set(everybody).size).toBe(everybody.length);
    expect(await leaderName(saleId)).not.toBe(name);
    await expectSound(saleId);
  }, 60_000);
});

describe('one instance of two', () => {
  const firsts = ['queue-0', 'purchase-0', 'admission-0', 'gateway-0'];

  it('F6: one of each service frozen for 7 s: fail-over to the others', async () => {
    const saleId = await faulty.create('f6');
    const base = faulty.stack.gateways[1]!;
    for (const name of firsts) faulty.stack.processes.get(name)!.child.kill('SIGSTOP');
    const frozenAt = Date.now();
    const isLive = (name: string) =>
      fetch(`${faulty.stack.ops(name)}/livez`, { signal: AbortSignal.timeout(500) }).then(
        () => true,
        () => false,
      );
    expect(await Promise.all(firsts.map(isLive))).toEqual([false, false, false, false]);
    let visits = 0;
    let slow = 0;
    while (Date.now() - frozenAt < 7_000) {
      const startedAt = Date.now();
      const { status, body } = await visitorOf(saleId, undefined, base).join();
      expect(status).toBe(201);
      const bought = await visitorOf(saleId, body.token, base).buy(1, 'k');
      expect([201, 403]).toContain(bought.status);
      visits += 1;
      if (Date.now() - startedAt > 1_000) slow += 1;
    }
    for (const name of firsts) faulty.stack.processes.get(name)!.child.kill('SIGCONT');
    expect(visits).toBeGreaterThan(slow * 10);
    await Promise.all(firsts.map(faulty.stack.ready));
    await expectSound(saleId);
  });

  it('F30: one of each service with an unhandled error logs it and ends, not with 0', () =>
    Promise.all(
      firsts.map(async (name) => {
        const running = faulty.stack.processes.get(name)!;
        const ended = once(running.child, 'exit');
        running.child.kill('SIGUSR2');
        const [code] = (await ended) as [number];
        expect(code).not.toBe(0);
        expect(running.log()).toContain('nobody looks at this');
        await again(name);
      }),
    ));
});

describe('a gateway', () => {
  it('F1, F24: killed with 300 browsers on it: all are back on the other with their place, and Redis hardly notices', async () => {
    const saleId = await faulty.create('f24', { admitPerSecond: 0.001 });
    await faulty.join(saleId);
    const crowd = await Promise.all(Array.from({ length: 300 }, () => faulty.join(saleId)));
    const [first, second] = faulty.stack.gateways as [string, string];
    const lives = await Promise.all(crowd.map(({ token }) => openLive(saleId, token, { base: first })));
    const states = await Promise.all(lives.map((live) => live.waitFor('state')));
    // The other gateway follows the sale already.
    const witness = await openLive(saleId, crowd[0]!.token, { base: second });
    await witness.waitFor('state');
    const calls = async () => /cmdstat_evalsha:calls=(\d+)/.exec(await faulty.redis.info('commandstats'))?.[1] ?? '0';
    await signal('gateway-0', 'SIGKILL');
    await Promise.all(lives.map((live) => live.waitForClose()));
    const before = Number(await calls());
    const back = await Promise.all(crowd.map(({ token }, i) => openLive(saleId, token, { base: second, after: states[i]!.id })));
    const resumed = await Promise.all(back.map((live) => live.waitFor('state')));
    expect(resumed.map(({ visitor }) => visitor.seq)).toEqual(states.map(({ visitor }) => visitor.seq));
    expect(resumed.map(({ visitor }) => visitor.position)).toEqual(states.map(({ visitor }) => visitor.position));
    // Ticks, sweeps and looks at the sale go on; the 300 cost nothing.
    expect(Number(await calls()) - before).toBeLessThan(100);
    for (const live of [...back, witness]) live.close();
    await again('gateway-0');
  });
});

describe('misbehaving clients', () => {
  it('a closed tab at the head, a polling client, a client that never reads: no other visitor waits longer', async () => {
    const saleId = await faulty.create('badly', { admitPerSecond: 20, activeLimit: 10, claimSeconds: 2, sessionSeconds: 60 });
    await faulty.operator.pause(saleId);
    const crowd = [];
    for (let i = 0; i < 40; i += 1) crowd.push(await faulty.join(saleId));
    const base = faulty.stack.gateways[0]!;
    const [closed, poller, deaf, ...others] = crowd;
    (await openLive(saleId, closed!.token, { base })).close();
    const never = await openLive(saleId, deaf!.token, { base });
    never.socket.pause();
    const streams = await Promise.all(others.map(({ token }) => openLive(saleId, token, { base })));
    await Promise.all(streams.map((live) => live.waitFor('state')));
    await faulty.operator.resume(saleId);
    const startedAt = Date.now();
    const waited = await Promise.all(
      others.map(async (visitor, i) => {
        await streams[i]!.waitFor('admitted', () => true, 20_000);
        const ms = Date.now() - startedAt;
        expect((await visitor.buy(1, 'k')).status).toBe(201);
        return ms;
      }),
    );
    await until('who polls is let in too, or was', async () => ['admitted', 'expired'].includes((await poller!.place()).body.state));
    // Ten slots, three of them lost for two seconds: 37 others through seven slots a tick, and the lost three come back.
    expect(Math.max(...waited)).toBeLessThan(9_000);
    expect((await faulty.sale(saleId)).stock!.sold).toBe(37);
    for (const live of [...streams, never]) live.socket.terminate();
    await expectSound(saleId);
  });
});
