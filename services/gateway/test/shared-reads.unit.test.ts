import { describe, expect, it } from '@jest/globals';
import type { UpstreamAnswer } from '../src/rpc/upstream.ts';
import { createSharedReads, saleKey } from '../src/routes/shared-reads.ts';

const atMs = Date.parse('2030-01-01T00:00:00Z');
/** A store with one sale, and a clock and reads under the test's control. */
const setup = () => {
  let nowMs = 1_000;
  let status = 'open';
  let opensAt: string | undefined;
  let reads = 0;
  const reading = (): UpstreamAnswer => ({
    status: 200,
    headers: {},
    text: JSON.stringify({ saleId: 's', status, serverTime: new Date(atMs + nowMs).toISOString(), ...(opensAt ? { opensAt } : {}) }),
  });
  const shared = createSharedReads(() => nowMs);
  const statusOf = (text: string): string => (JSON.parse(text) as { status: string }).status;
  return {
    shared,
    reads: () => reads,
    move: (ms: number) => {
      nowMs += ms;
    },
    say: (next: string, opensInMs?: number) => {
      status = next;
      opensAt = opensInMs === undefined ? undefined : new Date(atMs + nowMs + opensInMs).toISOString();
    },
    look: async (key = saleKey('s')) =>
      statusOf(
        (
          await shared.get(key, async () => {
            reads += 1;
            return reading();
          })
        ).answer.text,
      ),
    /** Reads now, and answers when the test releases it. */
    slowLook: () => {
      let letGo = (): void => {};
      const answer = shared
        .get(saleKey('s'), async () => {
          reads += 1;
          const seen = reading();
          if (reads > 1) return seen;
          await new Promise<void>((resolve) => {
            letGo = resolve;
          });
          return seen;
        })
        .then(({ answer: { text } }) => statusOf(text));
      return { answer, letGo: () => letGo() };
    },
  };
};

describe('a public read', () => {
  it('costs one read a second, however many callers', async () => {
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

  it("shows an operator's write at once, also when a read began before it", async () => {
    const { shared, slowLook, look, say } = setup();
    say('paused');
    const before = slowLook();
    say('open');
    shared.written('s');
    const after = look();
    before.letGo();
    expect([await before.answer, await after]).toEqual(['open', 'open']);
  });

  it('is never scheduled after a join was accepted, whether it is cached or in flight', async () => {
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

  it('is said to be there while it is on its way and as long as it is kept', async () => {
    const { shared, slowLook, move } = setup();
    expect(shared.has(saleKey('s'))).toBe(false);
    const { answer, letGo } = slowLook();
    expect(shared.has(saleKey('s'))).toBe(true);
    letGo();
    await answer;
    move(999);
    expect(shared.has(saleKey('s'))).toBe(true);
    move(1);
    expect(shared.has(saleKey('s'))).toBe(false);
  });
});
