/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tryCounters, type Challenge } from '@sunbeon/client';
import { cleanup, render, screen } from '@testing-library/react';
import { ProofCheck } from '../features/entrance/proof-check.tsx';
import { en } from '../lib/i18n/en.ts';
import { ko } from '../lib/i18n/ko.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import type { ProofMessage, ProofTask } from '../lib/proof/proof-worker.ts';
import { solveChallenge } from '../lib/proof/solve-challenge.ts';

/** SHA-256(salt ‖ nonce ‖ 700) begins with this. */
const challenge: Challenge = {
  parameters: {
    algorithm: 'SHA-256',
    cost: 1,
    data: { generation: '1', most: 1_000, sale: 'concert' },
    expiresAt: 1,
    keyLength: 32,
    keyPrefix: '3cb2ce4cae2bdd16609cb0059bbe3b76',
    nonce: '0'.repeat(32),
    salt: '1'.repeat(32),
  },
  signature: 'ab'.repeat(32),
};
const solved = { challenge, solution: { counter: 700, derivedKey: expect.stringMatching(/^[0-9a-f]{64}$/) } };
const read = (payload: string): unknown => JSON.parse(atob(payload));

/** A worker that answers in the page, after a turn; or cannot be loaded. */
class TestWorker {
  static made: TestWorker[] = [];
  static breaks = false;
  static silent = false;
  onmessage: ((event: { data: ProofMessage }) => void) | null = null;
  onerror: (() => void) | null = null;
  ended = false;
  constructor() {
    TestWorker.made.push(this);
  }
  postMessage({ challenge: asked, from, step }: ProofTask): void {
    const send = (data: ProofMessage): void => {
      if (!this.ended) this.onmessage?.({ data });
    };
    void Promise.resolve().then(() => {
      if (TestWorker.silent) return;
      if (TestWorker.breaks) return this.onerror?.();
      send({ type: 'tried', tried: 100 });
      send({ type: 'ended', solution: tryCounters(asked, { from, step, tries: 1_000 }) });
    });
  }
  terminate(): void {
    this.ended = true;
  }
}
const cores = (count: number): void => {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: count, configurable: true });
};

beforeEach(() => {
  TestWorker.made = [];
  TestWorker.breaks = false;
  TestWorker.silent = false;
  (globalThis as { Worker?: unknown }).Worker = TestWorker;
});
afterEach(cleanup);

describe('solving a challenge in the page', () => {
  it.each([
    [1, 1],
    [2, 1],
    [4, 3],
    [16, 4],
  ])('with %d cores, %d workers share the work and end with it', async (count, workers) => {
    cores(count);
    const seen: number[] = [];
    expect(read(await solveChallenge(challenge, { onProgress: (done) => seen.push(done) }))).toEqual(solved);
    expect(TestWorker.made).toHaveLength(workers);
    expect(TestWorker.made.every(({ ended }) => ended)).toBe(true);
    expect(seen[0]).toBe(0.1);
    expect(seen).toEqual([...seen].sort());
  });

  it('ends its workers when it is aborted', async () => {
    cores(4);
    TestWorker.silent = true;
    const abort = new AbortController();
    const solving = solveChallenge(challenge, { signal: abort.signal });
    abort.abort(new Error('left'));
    await expect(solving).rejects.toThrow('left');
    expect(TestWorker.made.map(({ ended }) => ended)).toEqual([true, true, true]);
    await expect(solveChallenge(challenge, { signal: abort.signal })).rejects.toThrow('left');
    expect(TestWorker.made).toHaveLength(3);
  });

  it('is done by the page itself where workers cannot be loaded, or do not exist', async () => {
    cores(4);
    TestWorker.breaks = true;
    expect(read(await solveChallenge(challenge))).toEqual(solved);
    delete (globalThis as { Worker?: unknown }).Worker;
    expect(read(await solveChallenge(challenge))).toEqual(solved);
  });
});

describe('the check', () => {
  it.each([
    ['en', en],
    ['ko', ko],
  ] as const)('is a named progress bar with nothing to do (%s)', (language, messages) => {
    const view = (done: number) => (
      <LanguageProvider initial={language} messages={messages}>
        <ProofCheck done={done} />
      </LanguageProvider>
    );
    const { rerender } = render(view(0.256));
    const bar = screen.getByRole('progressbar', { name: messages['proof.title'] });
    expect([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemin'), bar.getAttribute('aria-valuemax')]).toEqual([
      '26',
      '0',
      '100',
    ]);
    // Said by the live region of the page, not here: one that comes with its text is not read out.
    expect(screen.queryByRole('status')).toBeNull();
    expect(screen.queryAllByRole('button')).toEqual([]);
    rerender(view(7));
    expect(bar.getAttribute('aria-valuenow')).toBe('100');
  });
});
