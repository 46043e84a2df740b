import type { Challenge } from '@sunbeon/client';
import type { Party } from './party.ts';
import type { Solvers } from './solvers.ts';
import { pause, type Stage } from './stage.ts';

/** Until when a challenge is worth a join, ms before its end. */
const marginMs = 1_000;

interface Proof {
  proof: string;
  untilMs: number;
}
/** Proofs of the scripts: those solved before the opening first, then one after another. */
export const createForge = (party: Party, machines: Solvers, saleId: string) => {
  const stored: Proof[] = [];
  const forge = async (isOver: () => boolean, given?: Challenge): Promise<Proof | null> => {
    let untilMs = 0;
    const solved = await machines.solve(async () => {
      if (isOver()) return null;
      const fetched = given ? null : await party.stranger.challenge(saleId);
      const challenge = given ?? (fetched?.ok ? fetched.value : null);
      untilMs = (challenge?.parameters.expiresAt ?? 0) * 1_000 - marginMs;
      return challenge;
    });
    if (solved === null) return null;
    party.solved(solved);
    return { proof: solved.proof, untilMs };
  };
  return {
    /** Until `seconds` are over, or no challenge is to be had. */
    ahead: async (seconds: number, signal: AbortSignal): Promise<void> => {
      const untilMs = performance.now() + seconds * 1_000;
      const isOver = (): boolean => signal.aborted || performance.now() > untilMs;
      const line = async (): Promise<void> => {
        for (let proof = await forge(isOver); proof !== null; proof = await forge(isOver)) stored.push(proof);
      };
      await Promise.all([...Array.from({ length: machines.count }, line), pause(seconds * 1_000, signal)]);
    },
    next: async (isOver: () => boolean, given?: Challenge): Promise<string | null> => {
      while (given === undefined && stored.length > 0) {
        const { proof, untilMs } = stored.shift()!;
        if (Date.now() < untilMs) return proof;
      }
      return (await forge(isOver, given))?.proof ?? null;
    },
  };
};
type Forge = ReturnType<typeof createForge>;

/** Scripts: all connections at once from the opening on, no cookies, no pauses. */
export const sendScripts = async (
  { saleId, options, shown, signal, openedAtMs }: Stage,
  party: Party,
  forge: Forge | null,
): Promise<void> => {
  let isEnded = false;
  let attempts = 0;
  const isOver = (): boolean => isEnded || signal.aborted;
  const attempt = async (index: number): Promise<void> => {
    let challenge: Challenge | undefined;
    let isFirst = true;
    for (let turn = 0; turn < options.botTries && !isOver(); turn += 1) {
      // With `auto`, most joins need none.
      const proof = forge && (options.proof === 'on' || challenge) ? await forge.next(isOver, challenge) : undefined;
      if (isOver()) return;
      if (isFirst) party.attempt();
      isFirst = false;
      const joined = await party.stranger.join(saleId, { ...shown.script(index, turn), proof: proof ?? undefined, signal });
      if (joined.ok && party.placed(joined.value, performance.now() - openedAtMs)) return;
      if (joined.ok || signal.aborted) continue;
      const { failure } = joined;
      party.refused(failure);
      if (failure.code === 'sold_out' || failure.code === 'sale_not_open') isEnded = true;
      challenge = failure.code === 'proof_required' ? (failure.challenge as Challenge | undefined) : undefined;
      // The way to this proof is no try of its own.
      if (challenge) turn -= 1;
    }
  };
  const lane = async (): Promise<void> => {
    while (attempts < options.scripts && !isOver()) await attempt((attempts += 1) - 1);
  };
  await Promise.all(Array.from({ length: options.botConnections }, lane));
};
