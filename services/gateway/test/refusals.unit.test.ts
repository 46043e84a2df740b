import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@sunbeon/runtime';
import { createRefusals } from '../src/live/stats/refusals.ts';

describe('the refusals of a gateway', () => {
  it('are counted by limit, and together for the last minute', async () => {
    let nowMs = 5_000;
    const metrics = createMetrics('gateway');
    const refusals = createRefusals(metrics, () => nowMs);
    expect(refusals.lastMinute()).toBe(0);
    for (const limit of ['rpc', 'sockets', 'address', 'handshakes'] as const) refusals.refuse(limit);
    nowMs = 31_000;
    refusals.refuse('rpc');
    expect(refusals.lastMinute()).toBe(5);
    nowMs = 59_000;
    expect(refusals.lastMinute()).toBe(5);
    // The first ones are a minute old.
    nowMs = 65_000;
    expect(refusals.lastMinute()).toBe(1);
    refusals.refuse('rpc');
    expect(refusals.lastMinute()).toBe(2);
    nowMs = 3_600_000;
    expect(refusals.lastMinute()).toBe(0);
    expect(await metrics.registry.metrics()).toMatch(/sunbeon_refused_total{[^}]*limit="rpc"[^}]*} 3/);
  });
});
