import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Unavailable } from '@sunbeon/guard';
import { call, guardFor, listeningLog, responseOf, told, toRoom, visit } from './guarded.ts';
import { newKey, nowSeconds, randomCode, StandIn, type Mood } from './stand-in.ts';

/** Sunbeon's promise for a request, ms, and what a busy machine may add before a test calls it broken. */
const longestMs = 3_000;

let standIn: StandIn;
let clock: jest.Spied<typeof Date.now> | undefined;
beforeEach(async () => {
  standIn = await StandIn.start();
});
afterEach(async () => {
  clock?.mockRestore();
  clock = undefined;
  await standIn.stop();
});

/** Lets the guard's clock go on by so much; timers stay where they are. */
const skip = (ms: number): void => {
  const real = clock === undefined ? Date.now.bind(Date) : (clock.getMockImplementation() as () => number);
  clock ??= jest.spyOn(Date, 'now');
  clock.mockImplementation(() => real() + ms);
};
const home = toRoom('https://shop.example/');
const made = (): string => `/?sunbeon_ticket=concert.${randomCode()}`;
/** Waits until a check starts no further call. */
const renewed = async (guard: ReturnType<typeof guardFor>): Promise<void> => {
  const works: Promise<unknown>[] = [];
  await guard.check(call('/'), { waitUntil: (work) => works.push(work) });
  await Promise.all(works);
};

const outages: [string, () => Promise<void>][] = [
  ['refuses connections', () => standIn.stop()],
  ['does not answer', async () => setMoods('hang')],
  ['breaks connections', async () => setMoods('reset')],
  ['stops in the middle of an answer', async () => setMoods('half')],
  ['answers 500', async () => setMoods({ status: 500 })],
  ['answers 503', async () => setMoods({ status: 503, headers: { 'retry-after': '1' } })],
  ['answers after 5 s', async () => setMoods({ afterMs: 5_000 })],
];
const setMoods = (mood: Mood): void => {
  [standIn.jwks, standIn.redeem, standIn.shopCalls] = [mood, mood, mood];
};

describe.each(outages)('while Sunbeon %s', (_, breakIt) => {
  it('those inside go on, a ticket gets 503 with Retry-After within 3 s, and is good afterwards', async () => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    const another = await standIn.stay();
    const ticket = standIn.ticket();
    await guard.check(visit('/', { pass }));
    await breakIt();
    expect(told(await guard.check(visit('/', { pass })))).toBe(`in ${passId}`);
    expect(told(await guard.check(visit('/', { pass: another.pass })))).toBe(`in ${another.passId}`);

    const startedMs = performance.now();
    const page = responseOf(await guard.check(visit(`/?sunbeon_ticket=${ticket}`)));
    expect(performance.now() - startedMs).toBeLessThan(longestMs);
    expect([page.status, page.headers.get('retry-after'), page.headers.get('cache-control')]).toEqual([503, '10', 'no-store']);
    expect(await page.text()).toContain('One moment, please');
    const answer = responseOf(await guard.check(call(`/?sunbeon_ticket=${ticket}`)));
    expect(await answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
  });

  it('with `open` a ticket lets in, and log and callback are told', async () => {
    const [log, events] = [listeningLog(), [] as Unavailable[]];
    const guard = guardFor(standIn, { whenUnavailable: 'open', log, onUnavailable: (event) => events.push(event) });
    await guard.check(visit('/', { pass: (await standIn.stay()).pass }));
    await breakIt();
    expect(told(await guard.check(visit(`/?sunbeon_ticket=${standIn.ticket()}`)))).toBe('in');
    expect(events).toEqual([{ cause: 'redemption', letIn: true }]);
    expect(log.lines.join('\n')).toMatch(/1 requests without a pass were let in/);
  });
});

describe('while Sunbeon is away', () => {
  it('a newcomer without a ticket counts it as away after two renewals without an answer, not before', async () => {
    const events: Unavailable[] = [];
    const guard = guardFor(standIn, { onUnavailable: (event) => events.push(event) });
    const { pass, passId } = await standIn.stay();
    await guard.check(visit('/', { pass }));
    setMoods({ status: 502 });
    expect(told(await guard.check(visit('/')))).toBe(home);
    skip(301_000);
    await renewed(guard);
    expect(told(await guard.check(visit('/')))).toBe(home);
    skip(10_000);
    await renewed(guard);
    expect(told(await guard.check(visit('/')))).toBe('503');
    expect(events).toEqual([{ cause: 'keys', letIn: false }]);
    expect(told(await guard.check(visit('/', { pass })))).toMatch(/^(in|302|503)/);
    // Back: the next renewal, 10 s later, ends it.
    setMoods('ok');
    skip(10_000);
    await renewed(guard);
    expect(told(await guard.check(visit('/')))).toBe(home);
    const fresh = await standIn.stay();
    expect(told(await guard.check(visit('/', { pass: fresh.pass })))).toBe(`in ${fresh.passId}`);
    expect(passId).not.toBe(fresh.passId);
  });

  it('keys are asked for every 5 minutes, every 10 s while that fails, and a request waits for none of it', async () => {
    const guard = guardFor(standIn);
    const { pass } = await standIn.stay('concert', 3_600);
    await guard.check(visit('/', { pass }));
    expect(standIn.count('jwks')).toBe(1);
    skip(299_000);
    await renewed(guard);
    expect(standIn.count('jwks')).toBe(1);
    setMoods({ status: 500 });
    for (let i = 1; i <= 3; i += 1) {
      skip(i === 1 ? 2_000 : 10_000);
      await renewed(guard);
      await renewed(guard);
      // Each renewal is one call and its retry.
      expect(standIn.count('jwks')).toBe(1 + 2 * i);
    }
  });

  it('a process that never had keys answers 503 to a pass that it cannot judge, within 3 s, and others as always', async () => {
    const { pass } = await standIn.stay();
    setMoods('hang');
    const guard = guardFor(standIn);
    const startedMs = performance.now();
    expect(told(await guard.check(visit('/', { pass })))).toBe('503');
    expect(performance.now() - startedMs).toBeLessThan(longestMs);
    expect(told(await guard.check(visit('/', { pass: 'a.b.c' })))).toBe(home);
    expect(told(await guard.check(visit('/')))).toBe(home);
    const both = performance.now();
    expect(told(await guardFor(standIn).check(visit(made(), { pass })))).toBe('503');
    expect(performance.now() - both).toBeLessThan(longestMs);
  });

  it('with `open`, a pass that nobody can judge yet lets in only after the second renewal without an answer', async () => {
    setMoods({ status: 500 });
    const guard = guardFor(standIn, { whenUnavailable: 'open' });
    const stranger = await standIn.sign({ passId: `concert.${randomCode()}`, saleId: 'concert', exp: nowSeconds() + 300 }, await newKey());
    expect(told(await guard.check(visit('/', { pass: stranger })))).toBe('503');
    expect(told(await guard.check(visit('/')))).toBe(home);
    skip(10_000);
    await renewed(guard);
    expect(told(await guard.check(visit('/')))).toBe('in');
  });

  it('a ticket that Sunbeon refuses is refused, also with `open` and while the keys do not come', async () => {
    standIn.jwks = { status: 500 };
    const guard = guardFor(standIn, { whenUnavailable: 'open' });
    await renewed(guard);
    skip(10_000);
    await renewed(guard);
    expect(told(await guard.check(visit('/')))).toBe('in');
    expect(told(await guard.check(visit(made())))).toBe(home);
  });

  it('a page that needs no pass is shown at once', async () => {
    const { pass } = await standIn.stay();
    setMoods('hang');
    const guard = guardFor(standIn, { paths: ['/'] });
    const startedMs = performance.now();
    expect(told(await guard.check(visit('/', { pass })))).toBe('in');
    expect(performance.now() - startedMs).toBeLessThan(900);
    expect(told(await guard.check(visit(made())))).toBe('in');
  });

  it.each([
    [
      'throws',
      (): void => {
        throw new Error('mine');
      },
    ],
    ['rejects', (): Promise<void> => Promise.reject(new Error('mine'))],
  ])('a callback that %s harms nobody', async (_, onUnavailable) => {
    const log = listeningLog();
    const guard = guardFor(standIn, { whenUnavailable: 'open', log, onUnavailable });
    setMoods({ status: 500 });
    expect(told(await guard.check(visit(made())))).toBe('in');
    expect(log.lines.join()).toContain('mine');
  });
});

describe('with `open`, what a visitor can cause opens no shop', () => {
  it.each([
    ['unknown tickets', 'ok'],
    ['tickets that are refused', { status: 400, body: '{"code":"invalid_request"}' }],
    ['a wrong shop key', { status: 401, body: '{"code":"invalid_token"}' }],
    ['too many calls', { status: 429, body: '{"code":"rate_limited"}' }],
    ['a page instead of an answer', { status: 200, body: '<html>' }],
    ['a redirect', { status: 307, headers: { location: 'https://evil.example/' } }],
    ['a pass that is none', { status: 200, body: '{"pass":"a\\r\\nb","expiresAt":"2099-01-01T00:00:00Z"}' }],
  ] as [string, Mood][])('%s', async (_, mood) => {
    const events: Unavailable[] = [];
    const guard = guardFor(standIn, { whenUnavailable: 'open', onUnavailable: (event) => events.push(event) });
    standIn.redeem = mood;
    for (let i = 0; i < 20; i += 1) expect(told(await guard.check(visit(made())))).toBe(home);
    expect(events).toEqual([]);
  });

  it('a wrong shop key is one line of the log, not one a request', async () => {
    const log = listeningLog();
    const guard = guardFor(standIn, { log });
    standIn.redeem = { status: 401, body: '{"code":"invalid_token"}' };
    for (let i = 0; i < 20; i += 1) await guard.check(visit(made()));
    expect(log.lines).toEqual([expect.stringContaining('is shopKey right?')]);
  });

  it('renewals that are answered 404, or passes of made-up keys', async () => {
    const guard = guardFor(standIn, { whenUnavailable: 'open' });
    const { pass } = await standIn.stay();
    await guard.check(visit('/', { pass }));
    standIn.jwks = { status: 404 };
    for (let i = 0; i < 3; i += 1) {
      skip(301_000);
      await renewed(guard);
      const stranger = await standIn.sign(
        { passId: `concert.${randomCode()}`, saleId: 'concert', exp: Math.floor(Date.now() / 1_000) + 300 },
        await newKey(),
      );
      expect(told(await guard.check(visit('/', { pass: stranger })))).toBe(home);
    }
  });

  it('more tickets at once than it has redemptions', async () => {
    const guard = guardFor(standIn, { whenUnavailable: 'open' });
    standIn.redeem = { afterMs: 300 };
    const results = await Promise.all(Array.from({ length: 400 }, () => guard.check(visit(made()))));
    const answers = results.map(told);
    expect(answers.filter((text) => text === '503').length).toBeGreaterThanOrEqual(400 - 256);
    expect(standIn.count('redeem')).toBeLessThanOrEqual(2 * 256);
  });
});
