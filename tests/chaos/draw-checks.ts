import type { Redis } from 'ioredis';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { keys } from '@sunbeon/contracts';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { apiAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { entryOf, orderOf, rootOf, rosterOf, sha256 } from '../fixtures/draw.ts';
import { eventsOf, until } from '../fixtures/sale.ts';

/** What callers know of a draw. */
export interface DrawRun {
  saleId: string;
  /** As it was published before the first join. */
  commitment: string;
  /** Visitors of the lobby at its end. */
  lobby: Set<string>;
  /** Those of them who asked to leave while the order was drawn. */
  left: Set<string>;
  /** Joined behind the lobby → the number that was answered. */
  late: Map<string, number>;
  receipts: { visitor: string; read: ReturnType<typeof visitorOf>['receipt']; before: string }[];
}

/** Compares a draw that is over with what callers know, and with an order computed from seed and roster alone. */
export const checkDrawRun = async (redis: Redis, gateway: string, run: DrawRun): Promise<{ faults: string[]; figures: string }> => {
  const { saleId, commitment, lobby, left, late, receipts } = run;
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  // An answer of a gateway may be a second old.
  let draw = await valueOf('the draw', apiAt(gateway).draw(saleId));
  for (let tries = 0; draw.phase !== 'drawn' && tries < 60; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    draw = await valueOf('the draw', apiAt(gateway).draw(saleId));
  }
  const { generation, seed = '', root, count, beacon } = draw;
  const drawingMs = Date.parse(draw.drawnAt ?? '') - Date.parse(draw.closedAt ?? '');
  const order = orderOf(saleId, generation, [...lobby], seed, beacon?.randomness);
  const seqOf = new Map(order.map((visitor, i) => [visitor, i + 1]));
  expect(draw.commitment === commitment, 'D1: the commitment has changed');
  expect(sha256(Buffer.from(seed, 'hex')).toString('hex') === commitment, 'D1: the seed is another than the commitment is of');
  expect(count === lobby.size, `D2: ${count} entries of ${lobby.size} in the lobby`);
  expect(root === rootOf(rosterOf(saleId, generation, [...lobby])).toString('hex'), 'D2: the root is not that of the lobby');
  expect(beacon === undefined || beacon.status === 'verified', `the beacon is ${beacon?.status}`);

  // D4: one order, each event once, nobody admitted early.
  const events = await eventsOf(redis, saleId);
  expect(
    events.every(({ id }, i) => id === `${i + 1}-0`),
    'D4: the events are not dense',
  );
  const drawn = events.filter(({ type }) => type === 'drawn');
  const told = drawn.flatMap(({ data }) => data['visitors'] as string[]);
  const misplaced = order.findIndex((visitor, i) => told[i] !== visitor);
  expect(
    told.length === order.length && misplaced < 0,
    `D4: the events tell another order, from ${misplaced + 1} on, ${told.length} places`,
  );
  const once = (what: string, type: string, change?: string): number => {
    const found = events.flatMap((event, i) => (event.type === type && event.data['change'] === change ? [i] : []));
    expect(found.length === 1, `D4: ${found.length} events ${what}`);
    return found[0] ?? -1;
  };
  const steps = [
    once('lobby_closed', 'sale', 'lobby_closed'),
    once('frozen', 'frozen'),
    ...(beacon ? [once('beacon', 'beacon')] : []),
    events.indexOf(drawn[0]!),
    events.findIndex(({ data }) => data['complete'] === true),
  ];
  expect(steps.toSorted((a, b) => a - b).join() === steps.join(), `D1: the steps are told in the order ${steps.join()}`);
  expect(drawn.filter(({ data }) => data['complete'] === true || data['seed'] !== undefined).length === 1, 'D5: several pages reveal');
  const admitted = events.filter(({ type }) => type === 'admitted');
  const early = events.findIndex(({ type }) => type === 'admitted');
  expect(early > steps.at(-1)!, 'D4: somebody was admitted before the whole order was written');

  // D2: each visitor has the one number of the order, or it is a departure.
  const line = await redis.zrange(keys.queue(saleId), '0', '-1', 'WITHSCORES');
  const placed = new Map(line.flatMap((visitor, i) => (i % 2 === 0 ? [[visitor, Number(line[i + 1])]] : [])));
  const inside = new Set(admitted.flatMap(({ data }) => data['visitors'] as string[]));
  const departed = (await redis.getBuffer(keys.departed(saleId))) ?? Buffer.alloc(0);
  const isDeparture = (seq: number): boolean => (departed[seq >> 3]! & (0x80 >> (seq & 7))) !== 0;
  let gone = 0;
  for (const [visitor, seq] of seqOf) {
    const hasPlace = placed.get(visitor) === seq || inside.has(visitor);
    if (isDeparture(seq)) gone += 1;
    expect(hasPlace !== isDeparture(seq), `D2: ${visitor} of number ${seq} has ${hasPlace ? 'a place and a departure' : 'neither'}`);
    expect(!isDeparture(seq) || left.has(visitor), `D2: ${visitor} never left, and number ${seq} is a departure`);
  }
  for (const [visitor, seq] of late) {
    expect(seq > order.length, `D2: ${visitor} came late and has number ${seq}`);
    expect(placed.get(visitor) === seq || inside.has(visitor), `D2: number ${seq} of ${visitor} is lost`);
  }
  expect((await redis.exists(keys.lobby(saleId))) === 0, 'D2: somebody is still in the lobby');

  // Receipts of the lobby and of the line.
  const keySet = createRemoteJWKSet(new URL(`${gateway}/.well-known/jwks.json`));
  const read = async (receipt: string) => (await jwtVerify(receipt, keySet, { audience: `sunbeon:sale:${saleId}` })).payload;
  let compared = 0;
  for (const { visitor, read: ask, before } of receipts) {
    const entry = entryOf(saleId, generation, visitor).toString('hex');
    const then = await read(before);
    expect(then.sub === entry && then['commitment'] === commitment, `the lobby receipt of ${visitor} names another entry or commitment`);
    // A process that was stopped takes its open calls for lost, and answers 503 for half a second after it goes on.
    let answer = await ask();
    await until('a receipt', async () => answer.status !== 503 || (answer = await ask()).status !== 503);
    const { status, body } = answer;
    if (inside.has(visitor)) continue;
    const now = status === 200 ? await read(body.receipt) : {};
    expect(now.sub === entry && now['seq'] === seqOf.get(visitor) && now['root'] === root, `the receipt of ${visitor} is wrong: ${status}`);
    compared += 1;
  }
  const { results } = (await checkSale(redis, saleId))!;
  faults.push(...results.filter(({ verdict }) => verdict === 'broken').map(({ invariant, text }) => `${invariant}: ${text}`));
  expect(
    results.some(({ invariant }) => invariant === 'D3'),
    'D3: the draw was not recomputed',
  );
  return {
    faults: faults.slice(0, 20),
    figures: `${order.length} places in ${drawn.length} pages within ${Math.round(drawingMs / 1_000)} s${beacon ? ' by a beacon' : ''}, ${gone} of them left, ${late.size} came late, ${compared} receipts, ${events.length} events`,
  };
};
