import { describe, expect, it } from '@jest/globals';
import { eventNumber, keys, liveFrames, type ServerMessage } from '@sunbeon/contracts';
import { Value } from 'typebox/value';
import { gatewayOfTests, type TestSocket } from '../../../tests/fixtures/gateway.ts';
import { admitNow, eventsOf, newSale, until } from '../../../tests/fixtures/sale.ts';
import { changeSale } from '../../admission/src/scripts/change-sale.ts';
import { claim } from '../../admission/src/scripts/claim.ts';
import { createSale } from '../../admission/src/scripts/create-sale.ts';
import { deleteSale } from '../../admission/src/scripts/delete-sale.ts';
import { expire } from '../../admission/src/scripts/expire.ts';
import { setStatus } from '../../admission/src/scripts/set-status.ts';
import { purchase } from '../../purchase/src/scripts/purchase.ts';
import { leave } from '../../queue/src/scripts/leave.ts';

const { redis, gateway } = await gatewayOfTests();

interface Place {
  visitor: { visitorId: string; seq: number; state: string };
  token: string;
  code?: string;
}
const ask = async (method: string, saleId: string, token?: string): Promise<{ status: number; body: Place }> => {
  const response = await fetch(`${gateway.base}/api/sales/${saleId}/queue${method === 'GET' ? '/me' : ''}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: (await response.json()) as Place };
};
const generationOf = async (saleId: string) => Number(await redis.hget(keys.sale(saleId), 'createdAt'));
const isState = (frame: ServerMessage, state: string): boolean => frame.type === 'state' && frame.visitor.state === state;
const numbersOf = (frames: ServerMessage[]): number[] =>
  frames.flatMap((frame) => ('id' in frame && frame.type !== 'sale' ? [eventNumber(frame.id)!] : []));

/** Actions of a visitor, by the scripts themselves. */
const stays = {
  admitted: async (saleId: string) => {
    await admitNow(redis, saleId, 1);
  },
  expired: async (saleId: string, visitorId: string) => {
    await redis.zadd(keys.active(saleId), '1', visitorId);
    await expire.run(redis, saleId, 10);
  },
  claimed: async (saleId: string, visitorId: string) => {
    await claim.run(redis, saleId, [{ visitor: visitorId }]);
  },
  purchased: async (saleId: string, visitorId: string) => {
    await purchase.run(redis, saleId, [
      { visitor: visitorId, quantity: 1, key: `k${Math.random()}`, fingerprint: 'purchase:1', purchaseId: `p_${Math.random()}` },
    ]);
  },
  left: async (saleId: string, visitorId: string) => {
    await leave.run(redis, saleId, { visitor: visitorId });
  },
  rejoined: async (saleId: string, _: string, token: string) => {
    expect((await ask('POST', saleId, token)).body.visitor.state).toBe('waiting');
  },
};
type Step = keyof typeof stays;

describe('a socket that resumes after its visitor has taken a new place', () => {
  const ways: [present: string, steps: Step[], told: ServerMessage['type'][]][] = [
    ['waiting', ['admitted', 'expired', 'rejoined'], []],
    ['waiting', ['admitted', 'claimed', 'purchased', 'rejoined'], []],
    ['waiting', ['left', 'rejoined', 'left', 'rejoined'], []],
    ['admitted', ['admitted', 'expired', 'rejoined', 'admitted', 'claimed'], ['admitted', 'claimed']],
    ['purchased', ['left', 'rejoined', 'admitted', 'purchased'], ['admitted', 'purchased']],
    ['expired', ['admitted', 'purchased', 'rejoined', 'admitted', 'expired'], ['admitted', 'expired']],
    ['left', ['admitted', 'expired', 'rejoined', 'left'], []],
  ];
  const go = async ([present, steps, told]: (typeof ways)[number]): Promise<void> => {
    const saleId = await newSale(redis);
    const {
      body: {
        visitor: { visitorId },
        token,
      },
    } = await ask('POST', saleId);
    const open = (await gateway.open(saleId, token)) as TestSocket;
    await until('its state', () => open.frames.length > 0);
    const after = (open.frames[0] as { id: string }).id;
    for (const step of steps) await stays[step](saleId, visitorId, token);

    // A gateway that lags sends the events in order as they arrive: no resumption.
    const last = (await eventsOf(redis, saleId)).at(-1)!.id;
    await until('the gateway to know all of it', () => numbersOf(open.frames).some((number) => number >= eventNumber(last)!));
    const resumed = (await gateway.open(saleId, token, { after })) as TestSocket;
    await until('what it missed', () => resumed.frames.length >= 1 + told.length);
    // All earlier frames have arrived: the frames of one socket keep their order.
    await changeSale.run(redis, saleId, { expected: null, change: { message: 'enough' }, by: 'test' } as never);
    await until('the message', () => resumed.frames.some((frame) => frame.type === 'sale' && frame.sale.message === 'enough'));
    expect(isState(resumed.frames[0]!, present)).toBe(true);
    expect(
      resumed.frames
        .slice(1)
        .map(({ type }) => type)
        .filter((type) => type !== 'sale' && type !== 'position'),
    ).toEqual(told);
    expect(numbersOf(resumed.frames)).toEqual(numbersOf(resumed.frames).toSorted((a, b) => a - b));
    // The socket that stayed open received all of it, and ends with the same state.
    const lasting = open.frames.filter(({ type }) => type === 'state' || (told as string[]).includes(type));
    if (steps.at(-1) === 'rejoined') {
      await until(
        'the socket that stayed open waits',
        () =>
          isState(
            open.frames.findLast(({ type }) => type === 'state')!,
            'waiting',
          ) && open.frames.length > 1,
      );
      const { seq } = (await ask('GET', saleId, token)).body as unknown as { seq: number };
      expect(open.frames.findLast((frame) => frame.type === 'state')).toMatchObject({ visitor: { seq, position: 1 } });
    } else expect(lasting.length).toBeGreaterThan(0);
    expect((await eventsOf(redis, saleId)).filter(({ type }) => type === 'rejoined')).toHaveLength(
      steps.filter((step) => step === 'rejoined').length,
    );
    expect([...open.frames, ...resumed.frames].filter((frame) => !Value.Check(liveFrames[frame.type], frame))).toEqual([]);
    for (const { socket } of [open, resumed]) socket.terminate();
  };
  // Each on a sale of its own, all at once.
  it('receives its state and the events of the present place, and none of an earlier stay', async () => {
    const outcomes = await Promise.allSettled(ways.map(go));
    expect(
      outcomes.map((outcome, i) => [...ways[i]!.slice(0, 2), outcome.status === 'rejected' ? String(outcome.reason) : 'holds']),
    ).toEqual(ways.map(([present, steps]) => [present, steps, 'holds']));
  });

  it('receives its positions by the new number', async () => {
    const saleId = await newSale(redis);
    const {
      body: {
        visitor: { visitorId },
        token,
      },
    } = await ask('POST', saleId);
    const others = await Promise.all(Array.from({ length: 3 }, async () => (await ask('POST', saleId)).body));
    const open = (await gateway.open(saleId, token)) as TestSocket;
    await stays.left(saleId, visitorId);
    await stays.rejoined(saleId, visitorId, token);
    await stays.left(saleId, others[0]!.visitor.visitorId);
    await until('the position', () => open.frames.some((frame) => frame.type === 'position' && frame.position === 3));
    open.socket.terminate();
  });
});

describe('a token of a sale that was deleted and made anew', () => {
  const renew = async (saleId: string) => {
    const before = await generationOf(saleId);
    await setStatus.run(redis, saleId, { verb: 'close', by: 'test' } as never);
    await deleteSale.run(redis, saleId, 'test' as never);
    await createSale.run(redis, saleId, { saleId, title: 'Anew', stock: 10 });
    await until('another moment', async () => (await generationOf(saleId)) !== before);
  };

  it('gets no state, no place and no socket; its join is a new visitor, the same one each time', async () => {
    const saleId = await newSale(redis);
    const { body: old } = await ask('POST', saleId);
    const open = (await gateway.open(saleId, old.token)) as TestSocket;
    await until('its state', () => open.frames.length === 1);
    await renew(saleId);
    const joins = await Promise.all(Array.from({ length: 20 }, () => ask('POST', saleId, old.token)));
    expect(joins.filter(({ status }) => status === 201)).toHaveLength(1);
    const names = new Set(joins.map(({ body }) => body.visitor.visitorId));
    expect([names.size, names.has(old.visitor.visitorId)]).toEqual([1, false]);

    // A gateway that follows the deleted sale detects the new one by a token of it.
    const fresh = (await gateway.open(saleId, joins[0]!.body.token)) as TestSocket;
    await until('its state', () => fresh.frames.length > 0);
    expect(isState(fresh.frames[0]!, 'waiting')).toBe(true);
    expect(await gateway.open(saleId, old.token)).toBe(404);
    expect((await ask('GET', saleId, old.token)).status).toBe(404);
    await until('the old socket is closed', () => open.closed !== null);
    expect([open.closed, open.frames.filter(({ type }) => type === 'state').length]).toEqual([4010, 1]);
    fresh.socket.terminate();
  });
});
