import { describe, expect, it } from '@jest/globals';
import type { UpstreamAnswer } from '../src/hop/upstream.ts';
import { createSharedReads, saleKey, sharedReadLimits } from '../src/routes/shared-reads.ts';

const atMs = Date.parse('2030-01-01T00:00:00Z');
/** A store with one sale, a clock that the test moves, and reads that it finishes. */
const setup = () => {
  let nowMs = 1_000;
  let status = 'open';
  let opensAt: string | undefined;
  let reads = 0;
  const reading = (): UpstreamAnswer => ({
    status: 200, headers: {}, text: JSON.stringify({ saleId: 's', status, serverTime: new Date(atMs + nowMs).toISOString(), ...(opensAt ? { opensAt } : {}) }),
  });
  const shared = createSharedReads(() => nowMs);
  const statusOf = (text: string): string => (JSON.parse(text) as { status: string }).status;
  return {
    shared,
    reads: () => reads,
    move: (ms: number) => { nowMs += ms; },
    say: (next: string, opensInMs?: number) => {
      status = next;
      opensAt = opensInMs === undefined ? undefined : new Date(atMs + nowMs + opensInMs).toISOString();
    },
    look: async (key = saleKey('s'), pagedSales: number | null = null) =>
      statusOf((await shared.get(key, pagedSales, async () => { reads += 1; return reading(); })).answer.text),
    /** Reads now, and answers when it is let go. */
    slowLook: () => {
      let letGo = (): void => {};
      const answer = shared.get(saleKey('s'), null, async () => {
        reads += 1;
        const seen = reading();
        if (reads > 1) return seen;
        await new Promise<void>((resolve) => { letGo = resolve; });
        return seen;
      }).then(({ answer: { text } }) => statusOf(text));
      return { answer, letGo: () => letGo() };
    },
  };
};

describe('a read that anybody may ask for', () => {
  it('costs one read a second, however many ask', async () => {
    const { look, reads, move } = setup();
    await Promise.all(Array.from({ length: 100 }, () => look()));
    move(999);
    await look();
    expect(reads()).toBe(1);
    move(1);
    await look();
    expect(reads()).toBe(2);
  });

  it('is not kept beyond the opening', async () => {
    const { look, say, move } = setup();
    say('scheduled', 300);
    expect(await look()).toBe('scheduled');
    say('open');
    move(299);
    expect(await look()).toBe('scheduled');
    move(1);
    expect(await look()).toBe('open');
  });

  it('shows an operator\'s write at once, also when a read began before it', async () => {
    const { shared, slowLook, look, say } = setup();
    say('paused');
    const before = slowLook();
    say('open');
    shared.written('s');
    const after = look();
    before.letGo();
    expect([await before.answer, await after]).toEqual(['open', 'open']);
  });

  it('never says scheduled after a join was accepted, whether it is kept or on its way', async () => {
    const { shared, slowLook, look, say } = setup();
    say('scheduled');
    const before = slowLook();
    say('open');
    shared.joined('s');
    const after = look();
    before.letGo();
    expect([await before.answer, await after]).toEqual(['open', 'open']);
    const kept = setup();
    kept.say('scheduled');
    await kept.look();
    kept.say('open');
    kept.shared.joined('s');
    expect(await kept.look()).toBe('open');
  });

  it('of sales and pages that are made up costs no more than so many reads a second, and never those of a sale that is there', async () => {
    const { look, reads, move } = setup();
    await look();
    for (let i = 0; i < 500; i += 1) {
      await look(saleKey(`made-up-${i}`)).catch((error: unknown) => expect(error).toMatchObject({ code: 'rate_limited' }));
      await look(`list [${i}]`, 100).catch((error: unknown) => expect(error).toMatchObject({ code: 'rate_limited' }));
    }
    expect(reads()).toBeLessThanOrEqual(sharedReadLimits.unknownSalesPerSecond + sharedReadLimits.pagedSalesPerSecond / 100);
    const before = reads();
    move(999);
    await look(`list [1]`, 100).catch(() => {});
    move(1);
    expect([await look(), await look('list []', 0)]).toEqual(['open', 'open']);
    expect(reads()).toBeLessThanOrEqual(before + 3);
  });
});
