// Solves one challenge at a time, with a share of a core. Its own process, so that the system measures the processor time of the work.
import { payloadOf, tryCounters, type Challenge } from '@sunbeon/client';

export interface Solved {
  proof: string;
  /** Hashes tried. */
  tries: number;
  cpuMs: number;
}

/** Work between two pauses, in hashes: about 10 ms. */
const triesAtOnce = 20_000;
const share = Number(process.argv[2]);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Pauses whenever it has had more than its share since the challenge came; time that the system did not give it is made up for. */
const solve = async (challenge: Challenge): Promise<Solved> => {
  const [startedAt, usedMs] = [performance.now(), cpuMs()];
  for (let from = 0; ; from += triesAtOnce) {
    const solution = tryCounters(challenge, { from, step: 1, tries: triesAtOnce });
    const tookMs = cpuMs() - usedMs;
    const aheadMs = tookMs / share - (performance.now() - startedAt);
    if (share < 1 && aheadMs > 1) await pause(aheadMs);
    if (solution) return { proof: payloadOf(challenge, solution), tries: solution.counter + 1, cpuMs: tookMs };
  }
};

process.on('message', (challenge: Challenge) => void solve(challenge).then((solved) => process.send!(solved)));
// Ctrl-C reaches the whole group: the rehearsal ends its solvers itself.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
