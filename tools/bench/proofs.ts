import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { newKey, payloadOf, tryCounters } from '@sunbeon/client';
import { keys, proofMost, saleDefaults } from '@sunbeon/contracts';
import { createProofs } from '@sunbeon/runtime';
import { tokenSecret } from '../../tests/fixtures/stack.mjs';
import { connections, inTurn, rate, times, type Bench, type Row } from './lib.ts';
import { throughput } from './wrk.ts';

const seconds = 4;
const places = 50_000;
/** More joins than one run makes: each key and each proof is good for one. */
const joinsOfRun = 60_000;

/** Processor time of one call, µs. */
const cpuMicros = (calls: number, call: (i: number) => unknown): number => {
  for (let i = 0; i < calls / 5; i += 1) call(i);
  const from = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) call(i);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / calls;
};

/** Hashes of 36 bytes per second by OpenSSL on one core; null where it is not installed. */
const nativeHashes = (): number | null => {
  try {
    const out = execFileSync('openssl', ['speed', '-seconds', '1', '-bytes', '36', '-evp', 'sha256'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return (Number(/^sha256\s+([\d.]+)k/im.exec(String(out))![1]) * 1_000) / 36;
  } catch {
    return null;
  }
};

/** Proofs of work: what they cost the server, joins that bring one beside joins that need none, and what places cost somebody who wants many. */
export const proofs = async (bench: Bench): Promise<Row[]> => {
  const maker = createProofs(tokenSecret);
  const [free, asking] = ['bench_free', 'bench_proofs'] as const;
  await bench.create(free);
  await bench.create(asking, { proofOfWork: 'on' });
  const generation = (await bench.redis.hget(keys.sale(asking), 'createdAt'))!;
  /** Solved without work, by who has the key: only the counter 0 may be the one. */
  const terms = () => ({ saleId: asking, generation, most: 1, nowMs: Date.now() });
  const solved = (): string => {
    const challenge = maker.challenge(terms());
    const { salt, nonce } = challenge.parameters;
    const derivedKey = createHash('sha256')
      .update(Buffer.from(`${salt}${nonce}00000000`, 'hex'))
      .digest('hex');
    return payloadOf(challenge, { counter: 0, derivedKey });
  };
  /** As `join` of the client sends them, each with a key of its own; without a proof it has no body. */
  const join = (saleId: string, proof?: string): string => {
    const head = `POST /api/sales/${saleId}/queue HTTP/1.1\r\nhost: bench\r\nidempotency-key: ${newKey()}\r\n`;
    const body = proof === undefined ? '' : JSON.stringify({ proof });
    return `${head}${proof === undefined ? '' : 'content-type: application/json\r\n'}content-length: ${body.length}\r\n\r\n${body}`;
  };
  const joins = (saleId: string, prove?: () => string): string[] => Array.from({ length: joinsOfRun }, () => join(saleId, prove?.()));

  const payloads = Array.from({ length: 1_000 }, solved);
  if (maker.check(asking, payloads[0]!) === null) throw new Error('a proof of the bench is not good');
  const make = cpuMicros(50_000, () => maker.challenge(terms()));
  const check = cpuMicros(50_000, (i) => maker.check(asking, payloads[i % payloads.length]!));

  const job = { port: bench.port('gateway'), connections, seconds };
  // The first seconds compile.
  await throughput({ ...job, requests: joins(asking, solved) });
  const [without, withProof] = (await inTurn([
    () => throughput({ ...job, requests: joins(free) }),
    () => throughput({ ...job, requests: joins(asking, solved) }),
  ])) as [number, number];

  const most = proofMost(saleDefaults.proofOfWorkSeconds, null);
  const unsolvable = maker.challenge({ ...terms(), most: 2 ** 32 - 1 });
  const tries = 3_000_000;
  const page = (1_000_000 / cpuMicros(1, () => tryCounters(unsolvable, { from: 0, step: 1, tries }))) * tries;
  const native = nativeHashes();
  const coreHours = (hashesPerSecond: number): string => ((places * most) / 2 / hashesPerSecond / 3_600).toFixed(1);
  return [
    {
      what: 'a challenge made : a proof checked, µs of a core',
      measured: `${make.toFixed(1)} µs`,
      reference: `${check.toFixed(1)} µs`,
      ratio: `${(make + check).toFixed(1)} µs together`,
      target: '≤ 30 µs',
      met: make + check <= 30,
    },
    {
      what: 'joins with proofs : joins without',
      measured: rate(withProof),
      reference: rate(without),
      ratio: times(withProof / without),
      target: '≥ 0.7 ×',
      met: withProof / without >= 0.7,
    },
    {
      what: `${places.toLocaleString('en-US')} places at ${saleDefaults.proofOfWorkSeconds} s of a phone each, core-hours of an attacker : of the server`,
      measured: `${coreHours(page)} by the page's solver (${rate(page)})${native === null ? '' : `, ${coreHours(native)} by OpenSSL (${rate(native)})`}`,
      reference: (((make + check) * places) / 3.6e9).toFixed(4),
      ratio: times((places * most) / 2 / (native ?? page) / (((make + check) * places) / 1e6)),
      target: 'what a place costs',
      met: null,
    },
  ];
};
