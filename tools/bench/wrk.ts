import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { which } from '../local/commands.mjs';
import { blast } from './lib.ts';

export interface ThroughputJob {
  port: number;
  connections: number;
  seconds: number;
  /** Raw HTTP requests, sent round robin. */
  requests: string[];
  /** Answers of 4xx are what is measured. */
  refused?: boolean;
}

/** Answers with 2xx a second (or others, where `refused`), in a closed loop. Throws when a request failed. */
export type Throughput = (job: ThroughputJob) => Promise<number>;

const byWrk =
  (program: string): Throughput =>
  async ({ port, connections, seconds, requests, refused }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sunbeon-wrk-'));
    try {
      const file = join(folder, 'requests');
      writeFileSync(file, requests.join('\u0001'));
      const script = join(folder, 'load.lua');
      writeFileSync(
        script,
        `
local requests, turn = {}, 0
function init()
  local file = io.open("${file}", "rb")
  for one in file:read("*a"):gmatch("[^\\1]+") do requests[#requests + 1] = one end
  file:close()
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
`,
      );
      const { stdout } = await promisify(execFile)(program, [
        '-t1',
        `-c${connections}`,
        `-d${seconds}s`,
        '-s',
        script,
        `http://127.0.0.1:${port}`,
      ]);
      const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? 0);
      if (perSecond === 0 || (!refused && /Non-2xx/.test(stdout)) || /Socket errors: .*(connect|read|write) [1-9]/.test(stdout))
        throw new Error(`not all were served:\n${stdout}`);
      return perSecond;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

const byOurselves: Throughput = async (job) => {
  const { failed, answered, perSecond, failures } = await blast({ ...job, rate: 0 });
  if (job.refused && answered === 0) return failed / job.seconds;
  if (failed > 0 || answered === 0) throw new Error(`${failed} failed, ${answered} answered\n${failures.join('\n')}`);
  return perSecond;
};

const wrk = which('wrk');
/** The load generator. wrk takes a third of the CPU of a generator in Node, on the cores shared with the measured service. */
export const generator = wrk ? 'wrk' : 'a generator of our own in Node (install wrk for one that takes less of the shared cores)';
export const throughput: Throughput = wrk ? byWrk(wrk) : byOurselves;
