/**
 * What needs a person, the most urgent first: each with the alert of Prometheus for the same condition, and the thresholds of both. The console of a sale
 * shows these by its own figures; infra/test/attention.test.ts compares the list with the alerts and the runbook.
 */
export const attention = {
  /** No tick, although the sale needs a leader. A fail-over takes up to 3 s. */
  no_leader: { alert: 'SunbeonNoLeader', severity: 'critical', forSeconds: 15 },
  /** Counts of the sale contradict each other. */
  invariant_broken: { alert: 'SunbeonInvariantBroken', severity: 'critical' },
  /** Admissions differ from the pace by more than a share of it and a few visitors, with visitors waiting and slots free all the time. */
  pace_off: { alert: 'SunbeonPaceOff', severity: 'warning', windowSeconds: 300, share: 0.05, toleranceVisitors: 2 },
  /** `inARow`: of the console alone, which has no p99: so many slow figures, one after the other. */
  redis_slow: { alert: 'SunbeonSlowScript', severity: 'warning', seconds: 0.1, inARow: 3 },
  /** Refusals by limits of load within the window. */
  gateways_refusing: { alert: 'SunbeonRefusing', severity: 'warning', windowSeconds: 60 },
  /** Connections fell below a share of those before the window, at least `atLeast`, although the lines kept their share. */
  browsers_dropping: {
    alert: 'SunbeonBrowsersDropping',
    severity: 'warning',
    windowSeconds: 60,
    share: 0.7,
    atLeast: 20,
    waitingShare: 0.9,
    forSeconds: 15,
  },
} as const;
export type AttentionCode = keyof typeof attention;
