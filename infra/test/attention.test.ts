import { describe, expect, it } from '@jest/globals';
import { attention } from '@sunbeon/contracts';
import { runbookBase } from '../grafana/src/runbook.ts';
import { alerts, recordings, runbookSections } from '../../tools/monitor/sources.ts';

type Code = keyof typeof attention;
const alertOf = (code: Code) => alerts.find(({ alert }) => alert === attention[code].alert);
/** The expression of an alert, and those of the recorded rules that it uses, in one line. */
const expressionOf = (code: Code): string => {
  const { expr } = alertOf(code)!;
  return [expr, ...recordings.filter(({ record }) => expr.includes(record)).map((rule) => rule.expr)].join(' ').replace(/\s+/g, ' ');
};

/** The parts of each alert's expression that hold its thresholds. */
const parts: Record<Code, () => string[]> = {
  no_leader: () => ['sale:sunbeon_is_leader:sum == 0'],
  invariant_broken: () => ['sunbeon_invariant_violations_total'],
  pace_off: () => {
    const { windowSeconds, share, toleranceVisitors } = attention.pace_off;
    const minutes = `[${windowSeconds / 60}m]`;
    return [
      `> ${share} * sale:admissions_expected:increase5m + ${toleranceVisitors})`,
      `increase(sale:sunbeon_sale_admitted:max${minutes})`,
      `avg_over_time(sale:sunbeon_pace_visitors_per_second:max${minutes}) * ${windowSeconds}`,
      `min_over_time(sale:could_admit:bool${minutes}) == 1`,
    ];
  },
  redis_slow: () => [`script:sunbeon_script_seconds:p99_1m > ${attention.redis_slow.seconds}`],
  gateways_refusing: () => [`rate(sunbeon_refused_total[${attention.gateways_refusing.windowSeconds / 60}m])) > 0`],
  browsers_dropping: () => {
    const { windowSeconds, share, atLeast, waitingShare } = attention.browsers_dropping;
    const before = `offset ${windowSeconds / 60}m`;
    return [
      `sum(sunbeon_sockets) < ${share} * (sum(sunbeon_sockets ${before}) >= ${atLeast})`,
      `>= ${waitingShare} * (sum(max by (sale) (sunbeon_waiting_visitors{sale!~"rehearsal-[0-9a-f]{16}"} ${before})) > 0)`,
    ];
  },
};

describe('what the console shows as needing a person', () => {
  it.each(Object.keys(attention) as Code[])('is an alert with the same thresholds, and has a section in the runbook: %s', (code) => {
    const entry = attention[code];
    const alert = alertOf(code);
    expect(alert?.alert).toBe(entry.alert);
    expect(alert!.labels['severity']).toBe(entry.severity);
    for (const part of parts[code]()) expect(expressionOf(code)).toContain(part);
    if ('forSeconds' in entry) expect(alert!.for).toBe(`${entry.forSeconds}s`);
    expect(runbookSections).toContain(entry.alert);
    expect(alert!.annotations['runbook_url']).toBe(`${runbookBase}#${entry.alert.toLowerCase()}`);
  });
});
