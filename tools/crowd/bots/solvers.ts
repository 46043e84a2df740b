import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Challenge } from '@sunbeon/client';
import type { Solved } from './solve-process.ts';

export interface Solvers {
  /** Processes: challenges that are solved at once. */
  count: number;
  /** Solves the challenge that `take` fetches once it is its turn, since one that waited may be stale. Null when `take` has none. */
  solve: (take: () => Promise<Challenge | null>) => Promise<Solved | null>;
  stop: () => Promise<void>;
}

/** Processes that together take `cores` of this machine. They find every solution; nothing is skipped. */
export const startSolvers = async (cores: number): Promise<Solvers> => {
  const count = Math.ceil(cores);
  const program = fileURLToPath(new URL('solve-process.ts', import.meta.url));
  const all = Array.from({ length: count }, () => fork(program, [String(cores / count)], { stdio: 'inherit' }));
  const free = [...all];
  const waiting: ((solver: ChildProcess) => void)[] = [];

  const next = (): Promise<ChildProcess> =>
    new Promise((resolve) => {
      const solver = free.pop();
      if (solver) resolve(solver);
      else waiting.push(resolve);
    });
  const give = (solver: ChildProcess): void => {
    const first = waiting.shift();
    if (first) first(solver);
    else free.push(solver);
  };
  let isStopping = false;
  for (const solver of all)
    solver.on('exit', (code) => {
      if (!isStopping) throw new Error(`A solver ended with ${code}.`);
    });
  await Promise.all(all.map((solver) => once(solver, 'spawn')));
  return {
    count,
    solve: async (take) => {
      const solver = await next();
      try {
        const challenge = await take();
        if (challenge === null) return null;
        const answer = once(solver, 'message');
        solver.send(challenge);
        const [solved] = (await answer) as [Solved];
        return solved;
      } finally {
        give(solver);
      }
    },
    stop: async () => {
      isStopping = true;
      await Promise.all(
        all.map(async (solver) => {
          const ended = once(solver, 'exit');
          solver.disconnect();
          await ended;
        }),
      );
    },
  };
};
