import { solveChallenge, type Client, type Solve } from '@sunbeon/client';

/**
 * Proofs of work of the crowd, one at a time: a machine is not as many phones as the crowd has people. Each solves a challenge that is fresh when its
 * turn comes, since the one of its refusal may be stale by then.
 */
export const createSolver = (client: Pick<Client, 'challenge'>, sale: string, onSolved: (tookMs: number) => void): Solve => {
  let last: Promise<unknown> = Promise.resolve();
  return (refused, options) => {
    const turn = last.then(async () => {
      const fresh = await client.challenge(sale);
      const from = performance.now();
      const proof = await solveChallenge(fresh.ok ? fresh.value : refused, options);
      onSolved(performance.now() - from);
      return proof;
    });
    last = turn.catch(() => {});
    return turn;
  };
};
