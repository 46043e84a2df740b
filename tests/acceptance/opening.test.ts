import { expect, it } from '@jest/globals';
import { startBench } from '../../tools/bench/lib.ts';
import { opening } from '../../tools/bench/opening.ts';

it('the crowd at zero: every socket and every poller has its place within seconds, and no socket asks for it', async () => {
  const bench = await startBench();
  try {
    const rows = await opening(bench, { sockets: 300, pollers: 30, perProcess: 300, renewMs: 3_000 });
    expect(rows.filter(({ met }) => met === false)).toEqual([]);
  } finally {
    await bench.stop();
  }
}, 60_000);
