// Ends process groups when the process that started them is gone, also after kill -9. Reads lines from stdin, which that process holds open:
// {"add": pid, "rank": n} and {"remove": pid}. At the end of the input the groups are ended, the highest rank first: SIGTERM, then SIGKILL.
import { createInterface } from 'node:readline';

/** Time for the groups of one rank to end in order, ms. */
const graceMs = 3_000;
const groups = new Map();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});

/** False when the group is gone. macOS answers EPERM for a group of zombies. */
const send = (pid, signal) => {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
};

const endRank = async (pids) => {
  for (const pid of pids) {
    send(pid, 'SIGCONT');
    send(pid, 'SIGTERM');
  }
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && pids.some((pid) => send(pid, 0))) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pids) send(pid, 'SIGKILL');
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { add, rank, remove } = JSON.parse(line);
    if (add) groups.set(add, rank);
    else groups.delete(remove);
  })
  .on('close', async () => {
    const ranks = [...new Set(groups.values())].sort((a, b) => b - a);
    for (const rank of ranks) await endRank([...groups.keys()].filter((pid) => groups.get(pid) === rank));
    process.exit(0);
  });
