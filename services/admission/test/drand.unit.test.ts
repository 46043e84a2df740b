import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDrandNetwork, startDrandServer, type DrandServer } from '../../../tests/fixtures/drand.ts';
import { freePort } from '../../../tests/fixtures/stack.mjs';
import { beaconLimits, createBeaconClient, isSignature, quicknet, roundAfter } from '../src/draw/drand.ts';

const network = createDrandNetwork();
const { chain } = network;

describe('quicknet', () => {
  it('is the chain whose hash names its key, genesis and period', () => {
    // As drand makes it (drand/drand, chain info); the group hash is that of QUICKNET_CHAIN_INFO in drand/drand-client.
    const times = Buffer.alloc(12);
    times.writeUInt32BE(quicknet.period);
    times.writeBigInt64BE(BigInt(quicknet.genesis), 4);
    const groupHash = 'f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e';
    const hashing = createHash('sha256').update(times).update(quicknet.publicKey, 'hex').update(groupHash, 'hex').update('quicknet');
    expect(hashing.digest('hex')).toBe(quicknet.chain);
  });

  // Published beacons, as they stand in the tests of noislabs (drand-verify, nois) and in the README of mcdcam/python-drand-verify.
  it.each([
    [
      123,
      'b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92',
      'fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc',
    ],
    [
      657_413,
      'b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b',
      'fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587',
    ],
  ])('signed its round %i, and no other round with that signature', (round, signature, randomness) => {
    expect(isSignature(quicknet, round, signature)).toBe(true);
    expect(isSignature(quicknet, round + 1, signature)).toBe(false);
    expect(isSignature(chain, round, signature)).toBe(false);
    expect(createHash('sha256').update(signature, 'hex').digest('hex')).toBe(randomness);
  });
});

describe('the round of a draw', () => {
  const chainOf3 = { ...chain, genesis: 1_000, period: 3 };
  const timeMs = (round: number): number => (chainOf3.genesis + (round - 1) * chainOf3.period) * 1_000;

  it.each([0, 1, 2_999, 3_000, 3_001, 59_999, 60_000])(
    'is the first whose time is later than 3 s after a freeze %i ms after genesis + 60 s',
    (ms) => {
      const frozenAtMs = (chainOf3.genesis + 60) * 1_000 + ms;
      const round = roundAfter(frozenAtMs, chainOf3);
      expect(timeMs(round)).toBeGreaterThan(frozenAtMs + 3_000);
      expect(timeMs(round - 1)).toBeLessThanOrEqual(frozenAtMs + 3_000);
    },
  );

  it('of quicknet at a second of 2026', () => {
    // (1,767,225,600 + 3 − 1,692,803,367) / 3 = 24,807,412 exactly.
    expect([roundAfter(1_767_225_599_999, quicknet), roundAfter(1_767_225_600_000, quicknet)]).toEqual([24_807_413, 24_807_414]);
  });
});

describe('a signature', () => {
  const { signature } = network.beaconOf(7);

  it('has one encoding: that of another number for the same point is refused', () => {
    const p = BigInt('0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab');
    const mask = (1n << 381n) - 1n;
    // One point in four has an x so small that x + p fits as well.
    for (let round = 1; ; round++) {
      const bits = BigInt(`0x${network.beaconOf(round).signature}`);
      if ((bits & mask) + p > mask) continue;
      expect(isSignature(chain, round, bits.toString(16))).toBe(true);
      expect(isSignature(chain, round, (bits + p).toString(16))).toBe(false);
      return;
    }
  });

  it.each([
    ['the opposite point', (BigInt(`0x${signature}`) ^ (1n << 381n)).toString(16)],
    ['the point at infinity', `c0${'00'.repeat(47)}`],
    ['no point', `80${'00'.repeat(47)}`],
    ['too short', signature.slice(2)],
    ['empty', ''],
  ])('is refused: %s', (_, wrong) => {
    expect(isSignature(chain, 7, signature)).toBe(true);
    expect(isSignature(chain, 7, wrong)).toBe(false);
  });
});

describe('the client', () => {
  let server: DrandServer;
  let other: DrandServer;
  beforeEach(async () => {
    [server, other] = [await startDrandServer(network), await startDrandServer(network)];
    logged.length = 0;
  });
  afterEach(() => Promise.all([server.stop(), other.stop()]));
  const logged: { url: string; round: number; fault: string }[] = [];
  const log = {
    write: (_: string, { url, round, reason }: { url?: string; round?: number; reason?: string } = {}) =>
      void logged.push({ url: url!, round: round!, fault: reason! }),
  } as never;
  const clientOf = (...urls: string[]) => createBeaconClient(urls, chain, log);
  const within = (ms: number, signal?: AbortSignal) => ({ untilMs: performance.now() + ms, ...(signal && { signal }) });
  const patientMs = 20_000;
  const past = 10;

  it('asks nobody before it is told to', async () => {
    const client = clientOf(server.url);
    await pause(50);
    expect([client.chain, server.asked]).toEqual([chain, []]);
  });

  it('gives the beacon of the round', async () => {
    await expect(clientOf(server.url).fetch(past, within(patientMs))).resolves.toEqual(network.beaconOf(past));
    expect([server.asked, logged]).toEqual([[past], []]);
  });

  it('waits for a round that is yet to come, and logs that once', async () => {
    const round = roundAfter(Date.now() - 1_500, chain);
    const beacon = await clientOf(server.url).fetch(round, within(patientMs));
    expect(Date.now()).toBeGreaterThanOrEqual(network.timeOf(round));
    expect(beacon).toEqual(network.beaconOf(round));
    expect(server.asked.length).toBeGreaterThan(1);
    expect(logged).toEqual([{ url: server.url, round, fault: 'round not there yet' }]);
  });

  const bodyWith = (change: object): string => JSON.stringify({ round: past, ...network.beaconOf(past), ...change });
  const answering =
    (body: string, status = 200): DrandServer['fault'] =>
    (_, response) =>
      response.writeHead(status).end(body);
  const faults: [string, string, () => DrandServer['fault']][] = [
    ['an error', 'status 500', () => answering('oh', 500)],
    ['no such round', 'round not there yet', () => answering('', 404)],
    ['a page', 'not JSON', () => answering('<html>')],
    ['half an answer', 'not JSON', () => answering(network.bodyOf(past).slice(0, 100))],
    ['null', 'not JSON', () => answering('null')],
    ['a list', 'wrong round', () => answering('[]')],
    ['another round, rightly signed', 'wrong round', () => answering(network.bodyOf(past + 1))],
    ['another round under the name of this one', 'wrong signature', () => answering(bodyWith(network.beaconOf(past + 1)))],
    ['the signature of another network', 'wrong signature', () => answering(bodyWith(createDrandNetwork().beaconOf(past)))],
    [
      'a signature in capitals',
      'wrong signature',
      () => answering(bodyWith({ signature: network.beaconOf(past).signature.toUpperCase() })),
    ],
    ['no signature', 'wrong signature', () => answering(bodyWith({ signature: undefined }))],
    ['a huge body', 'body too large', () => answering(network.bodyOf(past).padEnd(beaconLimits.bodyBytes + 1))],
    [
      'a body without end',
      'body too large',
      () => (_, response) => {
        const more = (): void => void (response.destroyed || response.write(' '.repeat(2 ** 16), () => setImmediate(more)));
        more();
      },
    ],
    [
      'a redirect to a good server',
      'status 302',
      () => (request, response) => response.writeHead(302, { location: `${other.url}${request.url!}` }).end(),
    ],
    ['a closed connection', 'not reachable', () => (request) => request.socket.destroy()],
  ];
  it.each(faults)('%s: asked again, logged once, and another server wins', async (_, fault, answer) => {
    server.fault = answer();
    const stop = new AbortController();
    const found = clientOf(server.url).fetch(past, within(patientMs, stop.signal));
    while (server.asked.length < 2) await pause(20);
    stop.abort();
    await expect(found).resolves.toBeNull();
    expect(logged).toEqual([{ url: server.url, round: past, fault }]);
    expect(other.asked).toEqual([]);
    await expect(clientOf(server.url, other.url).fetch(past, within(patientMs))).resolves.toEqual(network.beaconOf(past));
  });

  it.each(faults.slice(0, 3))('%s, and then the beacon: it is found by asking again', async (_, __, answer) => {
    const fault = answer()!;
    server.fault = (request, response) => {
      server.fault = null;
      fault(request, response);
    };
    await expect(clientOf(server.url).fetch(past, within(patientMs))).resolves.toEqual(network.beaconOf(past));
    expect(server.asked).toEqual([past, past]);
  });

  it('ignores a randomness that is not the hash of the signature', async () => {
    server.fault = answering(bodyWith({ randomness: '00'.repeat(32) }));
    await expect(clientOf(server.url).fetch(past, within(patientMs))).resolves.toEqual(network.beaconOf(past));
  });

  it('finds nobody where nothing listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(clientOf(url).fetch(past, within(700))).resolves.toBeNull();
    expect(logged).toEqual([{ url, round: past, fault: 'not reachable' }]);
    await expect(clientOf(url, other.url).fetch(past, within(patientMs))).resolves.toEqual(network.beaconOf(past));
  });

  describe('of a server that never ends its answer', () => {
    const open = new Set<NodeJS.Timeout>();
    afterEach(() => {
      for (const timer of open) clearInterval(timer);
      open.clear();
    });
    const hanging: DrandServer['fault'] = () => {};
    const dripping: DrandServer['fault'] = (_, response) => {
      const body = network.bodyOf(past).padEnd(1_000);
      let at = 0;
      response.write(body[at++]);
      open.add(setInterval(() => response.write(body[at++] ?? ''), 100));
    };

    it.each([
      ['hanging', hanging],
      ['dripping', dripping],
    ])('%s: neither delays another server nor the deadline', async (_, fault) => {
      server.fault = fault;
      await expect(clientOf(server.url, other.url).fetch(past, within(patientMs))).resolves.toEqual(network.beaconOf(past));
      const startedMs = performance.now();
      await expect(clientOf(server.url).fetch(past, within(600))).resolves.toBeNull();
      expect(performance.now() - startedMs).toBeLessThan(beaconLimits.requestMs);
    });

    it('asks it again after the timeout of one request', async () => {
      server.fault = dripping;
      const found = clientOf(server.url).fetch(past, within(60_000));
      while (server.asked.length === 0) await pause(20);
      server.fault = null;
      await expect(found).resolves.toEqual(network.beaconOf(past));
      expect(logged).toEqual([{ url: server.url, round: past, fault: 'no answer in time' }]);
    });
  });

  it('stops with the signal of the caller, and for a deadline that has passed', async () => {
    server.fault = () => {};
    const stop = new AbortController();
    const found = clientOf(server.url).fetch(past, within(60_000, stop.signal));
    while (server.asked.length === 0) await pause(20);
    stop.abort();
    await expect(found).resolves.toBeNull();
    await expect(clientOf(server.url).fetch(past, within(60_000, stop.signal))).resolves.toBeNull();
    await expect(clientOf(server.url).fetch(past, within(-1))).resolves.toBeNull();
    await expect(clientOf(server.url).fetch(Number.NaN, within(300))).resolves.toBeNull();
    expect(logged.map(({ round }) => round)).not.toContain(past);
  });
});
