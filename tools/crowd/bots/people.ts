import { isTransient, newKey, type Solve } from '@sunbeon/client';
import { limits } from '@sunbeon/contracts';
import { createRandom, type Random } from '../../../tests/chaos/random.ts';
import type { Times } from '../report.ts';
import type { Party } from './party.ts';
import type { Solvers } from './solvers.ts';
import { pause, type Stage } from './stage.ts';

/** Attempts of a person's browser. */
const triesOfPerson = 8;
/** Log-normal spread of reaction times: two of three people within 0.6 to 1.6 times the median. */
const spreadOfReactions = 0.5;
const reactionOf = (median: number, { next }: Random): number =>
  median * Math.exp(spreadOfReactions * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));

/** People: a browser each, who come as fast as people react. */
export const sendPeople = async ({ saleId, options, shown, signal }: Stage, party: Party, phones: Solvers, late: Times): Promise<void> => {
  const random = createRandom(options.seed);
  /** The solution is there when a phone would have it: not earlier, and later only if this machine is slower than all the phones. */
  const phone: Solve = async (challenge) => {
    const from = performance.now();
    const solved = await phones.solve(async () => challenge);
    party.solved(solved!);
    const leftMs = from + (solved!.tries / limits.proofHashesPerSecond) * 1_000 - performance.now();
    late.add(Math.max(0, -leftMs));
    await pause(leftMs, signal);
    return solved!.proof;
  };
  const person = async (index: number, reactionMs: number): Promise<void> => {
    await pause(reactionMs, signal);
    if (signal.aborted) return;
    const from = performance.now();
    party.attempt();
    const asked = { ...shown.person(index), idempotencyKey: newKey(), solve: phone, signal };
    for (let turn = 1; turn <= triesOfPerson && !signal.aborted; turn += 1) {
      const joined = await party.stranger.join(saleId, asked);
      if (joined.ok) return void party.placed(joined.value, performance.now() - from);
      if (signal.aborted) return;
      party.refused(joined.failure);
      const isStale = joined.failure.code === 'proof_invalid';
      if (!isStale && !isTransient(joined.failure)) return;
      if (!isStale) await pause((joined.failure.retryAfterMs ?? 1_000) * random.between(0.5, 1.5), signal);
    }
  };
  const reactionsMs = Array.from({ length: options.people }, () => reactionOf(options.reaction, random) * 1_000);
  await Promise.all(reactionsMs.map((reactionMs, index) => person(index, reactionMs)));
};
