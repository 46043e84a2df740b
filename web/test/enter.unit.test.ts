/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

interface Sent {
  path: string;
  key: string | undefined;
  body: unknown;
}
const original = globalThis.fetch;
let sent: Sent[];
/** What the API answers next: a status and a code, or nothing; then always a place. */
let answers: ('silence' | [status: number, code: string])[];
const intent = 'intent-of-the-page-0000';
const silence = (count = 4) => Array<'silence'>(count).fill('silence');

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  sessionStorage.clear();
  sent = [];
  answers = [];
  Object.defineProperty(navigator, 'locks', { value: { request: (_: string, act: () => unknown) => act() }, configurable: true });
  globalThis.fetch = ((path: string, { headers, body }: { headers: Record<string, string>; body?: string }) => {
    sent.push({ path, key: headers['idempotency-key'], body: body === undefined ? undefined : JSON.parse(body) });
    const answer = answers.shift() ?? [201, ''];
    if (answer === 'silence') return Promise.reject(new TypeError('fetch failed'));
    const [status, code] = answer;
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    const json = () => Promise.resolve(status < 400 ? { visitor: {}, token: 't' } : { code, status });
    return Promise.resolve({ ok: status < 400, status, headers: new Headers({ 'content-type': type }), json });
  }) as unknown as typeof fetch;
});
afterEach(() => {
  jest.restoreAllMocks();
  globalThis.fetch = original;
  jest.useRealTimers();
});

/** The module of a page that was just loaded: its memory is empty. */
const load = async () => {
  jest.resetModules();
  const { enter } = await import('../features/entrance/enter.ts');
  return async (shown: object = {}, { isAnew = false, ofPage = intent } = {}) => {
    const answer = enter('concert', { proofWanted: false, intent: ofPage, isAnew }, shown, () => undefined);
    await jest.advanceTimersByTimeAsync(60_000);
    return await answer;
  };
};
const keys = () => sent.map(({ key }) => key);
const blockStorage = () => {
  for (const name of ['getItem', 'setItem', 'removeItem'] as const)
    jest.spyOn(Storage.prototype, name).mockImplementation(() => {
      throw new Error('refused');
    });
};

describe('the key of a join', () => {
  it('is that of the page’s form at first, and a new one after the place', async () => {
    const join = await load();
    await join();
    await join();
    expect(keys()).toEqual([intent, expect.not.stringMatching(intent)]);
  });

  it.each([
    ['no answer', silence()],
    ['503', Array(4).fill([503, 'unavailable'])],
    ['429', Array(4).fill([429, 'rate_limited'])],
    ['a token that this instance does not know', Array(4).fill([401, 'invalid_token'])],
  ] as const)('stays after %s, press after press', async (_, none) => {
    answers = [...none, ...none] as typeof answers;
    const join = await load();
    for (const ok of [false, false, true]) expect((await join()).ok).toBe(ok);
    expect(keys()).toEqual(Array(9).fill(intent));
    await join();
    expect(keys().at(-1)).not.toBe(intent);
  });

  it('is a new one after a refusal', async () => {
    answers = [[409, 'sold_out']];
    const join = await load();
    await join();
    await join();
    expect(keys()).toEqual([intent, expect.not.stringMatching(intent)]);
  });

  it('stays where storage and locks are refused', async () => {
    Object.defineProperty(navigator, 'locks', { value: { request: () => Promise.reject(new Error('refused')) }, configurable: true });
    blockStorage();
    answers = silence();
    const join = await load();
    await join();
    await join();
    expect(keys()).toEqual(Array(5).fill(intent));
  });

  it('is that of the tab that was first where there are no locks, until there is an answer', async () => {
    Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
    answers = silence();
    const [first, second] = [await load(), await load()];
    await first();
    const other = { ofPage: 'intent-of-another-tab-00' };
    // Another tab has its own; and it follows at once.
    sessionStorage.clear();
    jest.setSystemTime(Date.now() - 60_000);
    await second({}, other);
    expect(keys()).toEqual(Array(5).fill(intent));
    await second({}, other);
    expect(keys().at(-1)).not.toBe(intent);
  });

  it('is another one for a join as another visitor, and as lasting', async () => {
    answers = [...silence(), ...silence()];
    const join = await load();
    await join();
    for (let press = 0; press < 2; press += 1) await join({ member: 'm' }, { isAnew: true });
    const anew = new Set(keys().slice(4, 9));
    expect([anew.size, anew.has(intent)]).toEqual([1, false]);
    sent = [];
    await join();
    expect(keys()).toEqual([intent]);
  });
});

describe('a reload', () => {
  it('while the join waits keeps its key and its proof, and no code', async () => {
    sessionStorage.setItem('sunbeon:join:concert', JSON.stringify({ idempotencyKey: intent, proof: 'solved' }));
    answers = silence();
    await (
      await load()
    )({ code: 'SECRET' }, { ofPage: 'intent-of-the-next-page' });
    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain('SECRET');
    await (
      await load()
    )({ code: 'SECRET' }, { ofPage: 'intent-of-the-page-after' });
    expect(sent).toEqual(Array(5).fill({ path: '/api/sales/concert/queue', key: intent, body: { code: 'SECRET', proof: 'solved' } }));
    await (
      await load()
    )({}, { ofPage: 'intent-of-the-last-page' });
    expect(sent.at(-1)).toMatchObject({ key: 'intent-of-the-last-page' });
  });

  it('takes the key of the page where storage is refused', async () => {
    blockStorage();
    answers = silence();
    await (
      await load()
    )();
    await (
      await load()
    )({}, { ofPage: 'intent-of-the-next-page' });
    expect(keys()).toEqual([...Array(4).fill(intent), 'intent-of-the-next-page']);
  });
});

describe('something else under the key', () => {
  it('is the place of what was sent first', async () => {
    answers = [...silence(), [422, 'idempotency_conflict']];
    const join = await load();
    await join({ code: 'A' });
    expect((await join({ code: 'B' })).ok).toBe(true);
    expect(sent.slice(3)).toEqual(['A', 'B', 'A'].map((code) => ({ path: '/api/sales/concert/queue', key: intent, body: { code } })));
  });

  it('is the place of the form that the browser sent before the script ran', async () => {
    answers = [[422, 'idempotency_conflict']];
    expect((await (await load())({ code: 'B' })).ok).toBe(true);
    expect(sent.map(({ key, body }) => [key, body])).toEqual([
      [intent, { code: 'B' }],
      [intent, undefined],
    ]);
  });

  it('is a join with the cookie of the other tab, where that was first', async () => {
    answers = [
      [422, 'idempotency_conflict'],
      [422, 'idempotency_conflict'],
    ];
    expect((await (await load())({ code: 'B' })).ok).toBe(true);
    expect(sent.map(({ body }) => body)).toEqual([{ code: 'B' }, undefined, { code: 'B' }]);
    expect(keys()).toEqual([intent, intent, expect.not.stringMatching(intent)]);
  });
});
