// node slower.mjs <rate> <pid of a browser>: each of its processes runs one part in <rate> of the time, workers too, which the throttling of DevTools leaves out.
import { readdirSync, readFileSync } from 'node:fs';

const [rate, browser] = process.argv.slice(2).map(Number);
const runMs = 15;
const parentOf = (pid) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
const below = () => {
  const found = [browser];
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (let before = 0; before < found.length;) {
    before = found.length;
    for (const name of all) {
      try {
        const pid = Number(name);
        if (!found.includes(pid) && found.includes(parentOf(pid))) found.push(pid);
      } catch {
        // It has ended.
      }
    }
  }
  return found;
};
const renderers = () =>
  below().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer');
    } catch {
      return false;
    }
  });
let pids = [];
const send = (signal) => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }
};
const rest = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
let ends = false;
process.on('SIGTERM', () => (ends = true));
for (let turn = 0; !ends; turn += 1) {
  if (turn % 20 === 0) pids = renderers();
  send('SIGCONT');
  await rest(runMs);
  send('SIGSTOP');
  await rest(runMs * (rate - 1));
}
send('SIGCONT');
