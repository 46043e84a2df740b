// Ends process groups when the process that started them is gone, also after kill -9. Reads lines from stdin, which that process holds open:
// {"add": pid, "rank": n} and {"remove": pid}. At the end of the input all groups of a rank above 0 are ended
// together, then those of rank 0 (Redis): SIGTERM, then SIGKILL.
import { createInterface } from 'node:readline';
import { beginningOf } from './process-identity.mjs';

/** Time for groups to end in order, ms: the next start needs their ports. */
const graceMs = 2_000;
const groups = new Map();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});

const send = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
};

const endAll = async (pids) => {
  for (const pid of pids) {
    send(pid, 'SIGCONT');
    send(pid, 'SIGTERM');
  }
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && pids.some((pid) => beginningOf(pid) !== '')) await new Promise((resolve) => setTimeout(resolve, 50));
  // Ends the remaining members of a group after its leader.
  for (const pid of pids) send(pid, 'SIGKILL');
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { add, rank, remove } = JSON.parse(line);
    if (add) groups.set(add, rank);
    else groups.delete(remove);
  })
  .on('close', async () => {
    await endAll([...groups.keys()].filter((pid) => groups.get(pid) > 0));
    await endAll([...groups.keys()].filter((pid) => groups.get(pid) === 0));
    process.exit(0);
  });
